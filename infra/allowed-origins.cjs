/** ALLOWED_ORIGINS as the list that the HTTP API's CORS settings take: `https://a.example, https://b.example`. */
module.exports = () => {
  const origins = (process.env.ALLOWED_ORIGINS || '*').split(',').map((origin) => origin.trim());
  return origins.filter(Boolean);
};
