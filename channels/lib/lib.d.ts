// What the shared scripts in this folder declare, for editors. Written by `channelhost reference --write`; do not edit.

// lib/csv.js
/** One line of comma separated values (RFC 4180): values with commas, quotes or line ends are quoted. */
declare function csvLine(values?: any): any;
declare function csvValue(value?: any): any;

// lib/hl7-dates.js
/** HL7 v2 time (YYYY[MM[DD[HHMM[SS]]]][+/-ZZZZ]) as ISO 8601, as exact as the sender was. Anything else gives null. */
declare function isoDate(hl7?: any): any;
