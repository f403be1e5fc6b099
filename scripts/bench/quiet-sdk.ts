// The AWS SDK's word about Node 20 is for developers, and package.json's `engines` says what runs. Imported first.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
