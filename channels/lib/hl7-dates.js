// HL7 v2 time (YYYY[MM[DD[HHMM[SS]]]][+/-ZZZZ]) as ISO 8601, as exact as the sender was. Anything else gives null.
function isoDate(hl7) {
  const parts = /^(\d{4})(\d{2})?(\d{2})?(?:(\d{2})(\d{2})(\d{2})?(?:\.\d+)?)?([+-]\d{4})?$/.exec(hl7 || '');
  if (!parts) {
    return null;
  }

  const [, year, month, day, hour, minute, second, zone] = parts;
  const date = [year, month, day].filter(part => part !== undefined).join('-');
  if (hour === undefined) {
    return date;
  }

  const offset = zone ? zone.slice(0, 3) + ':' + zone.slice(3) : '';
  return date + 'T' + hour + ':' + minute + ':' + (second || '00') + offset;
}
