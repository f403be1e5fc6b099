// What the bench says is its report; it logs like the service that it starts. Imported first, before anything reads it.
process.env.LOG_LEVEL ||= 'warn';
process.env.LOG_FORMAT ||= 'text';
// The AWS SDK's word about Node 20 is for developers, and package.json's `engines` says what runs.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
