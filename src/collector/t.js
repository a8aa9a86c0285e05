((w, d, n) => {
  let c = __CONFIG__, s = d.currentScript, k = 'intentd_id', ok = null, who = {}, seen;
  let to = s && s.src.replace(/\/t\.js.*$/, '/collect'), q = (w.intentd || {}).q || [];
  let mint = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), b => (b + 256).toString(16).slice(1)).join('');
  let cookie = name => (('; ' + d.cookie).split('; ' + name + '=')[1] || '').split(';')[0];
  let keep = (v, age) => {
    d.cookie = `${k}=${v};path=/;samesite=lax;max-age=${age}` + (location.protocol == 'https:' ? ';secure' : '');
  };
  let visitor = () => {
    if (ok && c.storage != 'none') try {
      let jar = c.storage == 'cookie', v = (jar ? cookie(k) : localStorage.getItem(k)) || mint();
      jar ? keep(v, 31536000) : localStorage.setItem(k, v);
      return v;
    } catch (e) {}
  };
  let send = (body, left) => {
    let again = () => left && setTimeout(send, 3000, body, left - 1);
    fetch(to, { method: 'POST', body, keepalive: true, credentials: 'omit' })
      .then(r => /429|503/.test(r.status) && again(), again);
  };
  let visit = () => {
    if (!to || ok === false || (c.consent && !ok) || n.globalPrivacyControl || n.doNotTrack == '1') return;
    seen = 1;
    send(JSON.stringify({
      id: mint(), url: location.origin + location.pathname, consent: ok === true, visitor: visitor(),
      email: who.e, signature: who.s
    }), 2);
  };
  let consent = yes => {
    ok = !!yes;
    if (ok) return seen || visit();
    try { keep('', 0); localStorage.removeItem(k); } catch (e) {}
  };
  let call = (what, a, b) => {
    if (what == 'consent') consent(a);
    if (what == 'identify') who = { e: a, s: b };
    if (what == 'visit') visit();
  };
  w.intentd = call;
  q.forEach(a => call(...a));
  if (c.cookie && ok === null) {
    let [name, v] = c.cookie.split('='), have = cookie(name);
    if (v ? have == v : have) consent(1);
  }
  if (c.tcf && w.__tcfapi) __tcfapi('addEventListener', 2, (t, fine) => {
    if (fine && /tcloaded|useractioncomplete/.test(t.eventStatus)) consent(c.tcf.every(p => t.purpose.consents[p]));
  });
  if (!seen && !c.consent) visit();
})(window, document, navigator);
