// Run in a process of its own, with the package's folder: prints its version once a convolution came out right.
const tf = require(process.argv[2]);
const two = tf.tensor4d([2], [1, 1, 1, 1]);
const [four] = tf.conv2d(two, two, 1, 'same').dataSync();
if (four !== 4) throw new Error(`2 times 2 came out as ${four}`);
console.log(tf.version['tfjs-node']);
