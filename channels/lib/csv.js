// One line of comma separated values (RFC 4180): values with commas, quotes or line ends are quoted.
function csvLine(values) {
  return values.map(csvValue).join(',') + '\r\n';
}

function csvValue(value) {
  const text = value == null ? '' : String(value);
  return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}
