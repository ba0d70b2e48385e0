// A button that copies the teacher's link, so that it stands on no screen.
export default function ({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  button.textContent = data.label;
  button.onclick = async () => {
    const link = `${location.origin}${location.pathname}?class=${data.code}#teacher=${data.secret}`;
    try {
      await navigator.clipboard.writeText(link);
    } catch { // where the address is no https
      const area = document.body.appendChild(document.createElement('textarea'));
      area.value = link;
      area.style.cssText = 'position: fixed; opacity: 0';
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    button.textContent = data.copied;
  };
}
