import { drawSurfaces } from './textured-surfaces.ts';

// Draws a folder of images for `npm run train`: `npx tsx training/testing/draw-surfaces.ts FOLDER [IMAGES_OF_EACH] [SEED]`.
const [folder, each = '20', seed = '1'] = process.argv.slice(2);
if (folder === undefined) throw new Error('name a folder');
await drawSurfaces(folder, Number(each), Number(seed));
