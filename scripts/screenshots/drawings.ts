const hours = Array.from({ length: 12 }, (_, n) => {
  const angle = ((n + 1) * Math.PI) / 6;
  const [x, y] = [300 + 205 * Math.sin(angle), 318 - 205 * Math.cos(angle)];
  return `<text x="${x.toFixed(0)}" y="${y.toFixed(0)}">${n + 1}</text>`;
}).join('');

const clock = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600">
  <rect width="600" height="600" fill="#c9b79c"/>
  <circle cx="306" cy="310" r="262" fill="#8d7b61"/>
  <circle cx="300" cy="300" r="262" fill="#2b2b2b"/>
  <circle cx="300" cy="300" r="244" fill="#fbfbf6"/>
  <g font-family="sans-serif" font-size="54" font-weight="700" text-anchor="middle" fill="#161616">${hours}</g>
  <g stroke="#161616" stroke-linecap="round">
    <path d="M300 300 215 215" stroke-width="16"/><path d="M300 300 400 150" stroke-width="11"/>
    <path d="M300 300 330 470" stroke="#c0392b" stroke-width="5"/>
  </g>
  <circle cx="300" cy="300" r="15" fill="#161616"/></svg>`;

const lamp = (y: number, inner: string, outer: string) =>
  `<circle cx="300" cy="${y}" r="66" fill="#0a0a0a"/><circle cx="300" cy="${y}" r="56" fill="${outer}"/>
   <circle cx="300" cy="${y}" r="34" fill="${inner}"/>`;

const trafficLight = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600">
  <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#7fb2e5"/><stop offset="1" stop-color="#dfeefa"/></linearGradient></defs>
  <rect width="600" height="600" fill="url(#sky)"/>
  <rect x="284" y="500" width="32" height="100" fill="#333"/>
  <rect x="205" y="45" width="190" height="480" rx="34" fill="#1d1f1d"/>
  ${lamp(130, '#ff8a7a', '#e02b1d')}${lamp(285, '#4a3c10', '#3a2f0c')}${lamp(440, '#123c1c', '#0e2f16')}</svg>`;

const balloon = `<svg xmlns="http://www.w3.org/2000/svg" width="600" height="600">
  <defs><linearGradient id="sky" x2="0" y2="1"><stop stop-color="#3f86d6"/><stop offset="1" stop-color="#cfe4f7"/></linearGradient>
  <clipPath id="envelope"><path d="M300 40C170 40 105 135 105 225c0 95 110 160 155 235h80c45-75 155-140 155-235C495 135 430 40 300 40Z"/></clipPath></defs>
  <rect width="600" height="600" fill="url(#sky)"/>
  <g clip-path="url(#envelope)"><rect width="600" height="600" fill="#d9372b"/>
    <ellipse cx="300" cy="250" rx="150" ry="260" fill="#f6c52c"/><ellipse cx="300" cy="250" rx="95" ry="260" fill="#2d6fb8"/>
    <ellipse cx="300" cy="250" rx="38" ry="260" fill="#f6c52c"/></g>
  <path d="M262 460 272 520M338 460 328 520" stroke="#4b3621" stroke-width="4"/>
  <rect x="265" y="518" width="70" height="52" rx="7" fill="#7a5230"/></svg>`;

/** Drawn pictures that the net knows, by the names of their files. */
export const drawings: Readonly<Record<string, string>> = {
  'hall-clock': clock,
  crossing: trafficLight,
  'over-the-valley': balloon,
};
