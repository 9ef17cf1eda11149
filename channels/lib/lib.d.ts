// What the shared scripts in this folder declare, for editors. Written by `channelhost reference --write`; do not edit.

// lib/csv.js
/** One line of comma separated values (RFC 4180): values with commas, quotes or line ends are quoted. */
declare function csvLine(values?: any): any;
declare function csvValue(value?: any): any;

// lib/hl7-dates.js
/** HL7 v2 time (YYYY[MM[DD[HHMM[SS]]]][+/-ZZZZ]) as ISO 8601, as exact as the sender was. Anything else gives null. */
declare function isoDate(hl7?: any): any;

// lib/hl7-write.js
/** hl7Segment('PID', { 1: 1, 3: [mrn, '', '', 'CLINIC', 'MR'], 5: [family, given] }) gives PID|1||10001^^^CLINIC^MR||Quill^Marta. The number is that of the field; an array is its components; null and undefined leave it empty. Values are escaped. */
declare function hl7Segment(name?: any, fields?: any): any;
/** The header that goes before the segments: kind is MSH-9 with its parts, ['ADT', 'A28', 'ADT_A05']. */
declare function hl7Header(kind?: any, controlId?: any): any;
/** Segments put together to a message. */
declare function hl7Message(segments?: any): any;
/** A Date as YYYYMMDDHHMMSS. */
declare function hl7Time(date?: any): any;
/** 1974-03-12 as 19740312. What is no date of that form gives an empty text. */
declare function hl7Date(iso?: any): any;
declare function hl7Field(value?: any): any;
declare function hl7Escape(value?: any): any;
