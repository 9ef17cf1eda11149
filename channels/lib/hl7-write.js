// HL7 v2 from something else, segment by segment.

// hl7Segment('PID', { 1: 1, 3: [mrn, '', '', 'CLINIC', 'MR'], 5: [family, given] }) gives PID|1||10001^^^CLINIC^MR||Quill^Marta.
// The number is that of the field; an array is its components; null and undefined leave it empty. Values are escaped.
function hl7Segment(name, fields) {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  const parts = [name];
  for (let number = 1; number <= last; number++) {
    parts.push(hl7Field(fields[number]));
  }

  return parts.join('|');
}

// The header that goes before the segments: kind is MSH-9 with its parts, ['ADT', 'A28', 'ADT_A05'].
function hl7Header(kind, controlId) {
  return 'MSH|^~\\&|CHANNELHOST|HUB|EHR|CLINIC|' + hl7Time(new Date()) + '||' + hl7Field(kind) + '|' + hl7Field(controlId) + '|P|2.5.1||||||UNICODE UTF-8';
}

// Segments put together to a message.
function hl7Message(segments) {
  return segments.join('\r') + '\r';
}

// A Date as YYYYMMDDHHMMSS.
function hl7Time(date) {
  const two = number => String(number).padStart(2, '0');
  return date.getFullYear() + two(date.getMonth() + 1) + two(date.getDate()) + two(date.getHours()) + two(date.getMinutes()) + two(date.getSeconds());
}

// 1974-03-12 as 19740312. What is no date of that form gives an empty text.
function hl7Date(iso) {
  return /^\d{4}-\d{2}-\d{2}$/.test(iso || '') ? iso.replace(/-/g, '') : '';
}

function hl7Field(value) {
  return Array.isArray(value) ? value.map(hl7Escape).join('^').replace(/\^+$/, '') : hl7Escape(value);
}

function hl7Escape(value) {
  const escapes = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\', '\r': '\\X0D\\', '\n': '\\X0A\\' };
  return value == null ? '' : String(value).replace(/[\\|^&~\r\n]/g, character => escapes[character]);
}
