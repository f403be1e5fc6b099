// Imported first: the load balancer's own log lines, of every simulated tick, are not for the terminal.
process.env.LOG_LEVEL ||= 'error';
