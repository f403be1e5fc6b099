import sharp from 'sharp';

// libvips can read far more than a stranger's file should be able to reach (SVG with its XML, Matlab, files
// by name). Process-wide, like the two settings below.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: [
    'VipsForeignLoadJpegBuffer',
    'VipsForeignLoadPngBuffer',
    'VipsForeignLoadWebpBuffer',
    'VipsForeignLoadNsgifBuffer',
    'VipsForeignLoadHeifBuffer',
    'VipsForeignLoadTiffBuffer',
  ],
});
// Images are decoded side by side already, and the cores are for inference.
sharp.concurrency(1);
// No image comes twice.
sharp.cache(false);

export { sharp };
