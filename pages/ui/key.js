// What a teacher's browser keeps: the secret of a class, in the tabs that are open and nowhere else.
// It is taken out of the address, given to the server, and told to the browser's other tabs that ask for it.
export default function ({ data, setStateValue }) {
  const kept = `class ${data.code}`;
  if (location.hash.startsWith('#teacher=')) {
    sessionStorage.setItem(kept, location.hash.slice('#teacher='.length));
    history.replaceState(history.state, '', location.pathname + location.search);
  }
  if (data.secret) sessionStorage.setItem(kept, data.secret);
  const others = new BroadcastChannel(kept);
  const tell = () => {
    const secret = sessionStorage.getItem(kept);
    if (secret && !data.secret) setStateValue('secret', secret);
    return secret;
  };
  others.onmessage = ({ data: said }) => {
    const secret = sessionStorage.getItem(kept);
    if (said === null && secret) others.postMessage(secret);
    if (said !== null && !secret) { sessionStorage.setItem(kept, said); tell(); }
  };
  if (!tell()) others.postMessage(null);
  return () => others.close();
}
