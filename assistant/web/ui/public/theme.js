// Before the first paint, so that a dark room never flashes white. The choice is made in src/theme.ts.
try {
  const chosen = localStorage.getItem('hotline.theme')
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen
} catch {
  // Storage is switched off: the system's preference holds.
}
