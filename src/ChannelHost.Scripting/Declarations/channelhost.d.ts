// What the scripts of a channel have in scope, for editors. Written by `channelhost reference --write`; do not edit.
// A script is a program: `return` stands at its top level, and what it declares with let, const and class is its own.
// @in tells which scripts have a name: preprocessor, filter, transformer, response, postprocessor, reader, writer. Without it all have.

/**
 * The message. A tree for HL7 v2, XML and delimited messages, a plain object or array for JSON, a text for raw messages.
 * In a response transformer it is the destination's answer. Assigning replaces the message: `msg = { mrn: msg.get('PID-3.1') }`.
 */
declare var msg: Message;

/** The message as text. A preprocessor may return another text or assign one here. */
declare var message: string;

/** What the source says of the message: `originalFilename` of a file, headers of a request. Read only. */
declare var sourceMap: ReadOnlyScriptMap;

/** Kept with the message and seen by all its scripts, the source's and each destination's. Templates read it: `${mrn}`. */
declare var channelMap: ScriptMap;

/** Kept with the message for one connector: the source, or one destination. */
declare var connectorMap: ScriptMap;

/** The responses so far, by destination; what is put here can be the sender's answer. */
declare var responseMap: ScriptMap;

/** Shared by all channels of this host, in memory. */
declare var globalMap: ScriptMap;

/** Shared by all messages of this channel; with `state: { globalChannelMap: keep }` it outlives a restart. */
declare var globalChannelMap: ScriptMap;

/** The values of this environment (`config/*.yaml`). Read only. */
declare var configurationMap: ReadOnlyScriptMap;

/** Reads `sourceMap`. */
declare function $s(key: string): any;

/** Reads `channelMap`; with a value it writes it and gives back the one before. */
declare function $c(key: string, value?: any): any;

/** Reads `connectorMap`; with a value it writes it and gives back the one before. */
declare function $co(key: string, value?: any): any;

/** Reads `responseMap`; with a value it writes it and gives back the one before. */
declare function $r(key: string, value?: any): any;

/** Reads `globalMap`; with a value it writes it and gives back the one before. */
declare function $g(key: string, value?: any): any;

/** Reads `globalChannelMap`; with a value it writes it and gives back the one before. */
declare function $gc(key: string, value?: any): any;

/** Reads `configurationMap`. */
declare function $cfg(key: string): any;

/** The value of the first map that has the key (response, connector, channel, source, global channel, global, configuration), or an empty text. */
declare function $(key: string): any;

/** Writes to the host's log. Keep message content out of it: the log is no place for patients. */
declare var logger: ScriptLogger;

/** The same as `logger`. */
declare var console: ScriptLogger;

/** Hands messages to other channels of this host. */
declare var router: Router;

/**
 * Narrows where the message goes. Scripts of the source only: those of a destination do not have it.
 * @in preprocessor filter transformer
 */
declare var destinationSet: DestinationSet;

/** The channel's name: `clinic/registration`. */
declare var channelName: string;

/** The channel's name, under the word that imported scripts use. */
declare var channelId: string;

/** `source`, or the destination's name. */
declare var connector: string;

/** The message's id in its channel; 0 where there is none yet. */
declare var messageId: number;

/** What can become of a message. */
declare var Status: {
  readonly RECEIVED: MessageStatus; readonly FILTERED: MessageStatus; readonly TRANSFORMED: MessageStatus; readonly SENT: MessageStatus;
  readonly QUEUED: MessageStatus; readonly ERROR: MessageStatus; readonly PENDING: MessageStatus;
};

/** Makes a segment or element. With a parent it is put there, at an index among those of its name; without it stands nowhere yet. */
declare function createSegment(name: string, parent?: MessageTree, index?: number): MessageTree;

/** Makes a segment directly after another one. */
declare function createSegmentAfter(name: string, segment: MessageTree): MessageTree;

/** The value as a text, or the default when it is nothing or empty; each `[pattern, replacement]` is applied. */
declare function validate(value: any, defaultValue?: any, replacements?: [string, string][]): any;

/** How many elements or characters; 0 for nothing. */
declare function getArrayOrXmlLength(value: any): number;

/** Makes an XML value of a text: `new XML('<a>1</a>')`. */
declare var XML: XmlConstructor;
/** Makes a list of XML values of a text: `new XMLList('<a/><b/>')`. */
declare var XMLList: { new (value?: any): MessageTree; (value?: any): MessageTree };
/** A namespace: `new Namespace('urn:hl7-org:v3')`, `new Namespace('p', 'urn:p')`. */
declare var Namespace: { new (prefixOrUri?: any, uri?: any): Namespace; (prefixOrUri?: any, uri?: any): Namespace };
/** A qualified name: `new QName('urn:p', 'name')`. */
declare var QName: { new (namespaceOrName?: any, name?: any): QName; (namespaceOrName?: any, name?: any): QName };
/** True when an element can be called so. */
declare function isXMLName(name: any): boolean;

/** The destination's answer.
 * @in response */
declare var response: DestinationResponse;

/** What becomes of the message at this destination: assign SENT, QUEUED (try again) or ERROR.
 * @in response */
declare var responseStatus: MessageStatus;

/** A line about the answer, for people; may be assigned.
 * @in response */
declare var responseStatusMessage: string | null;

/** Why it failed; may be assigned.
 * @in response */
declare var responseErrorMessage: string | null;

/** @in response postprocessor writer */
declare var RECEIVED: MessageStatus;
/** @in response postprocessor writer */
declare var FILTERED: MessageStatus;
/** @in response postprocessor writer */
declare var TRANSFORMED: MessageStatus;
/** @in response postprocessor writer */
declare var SENT: MessageStatus;
/** @in response postprocessor writer */
declare var QUEUED: MessageStatus;
/** @in response postprocessor writer */
declare var ERROR: MessageStatus;
/** @in response postprocessor writer */
declare var PENDING: MessageStatus;

/** What can become of a message. */
type MessageStatus = 'RECEIVED' | 'FILTERED' | 'TRANSFORMED' | 'SENT' | 'QUEUED' | 'ERROR' | 'PENDING';

/** `msg`: a tree as a rule; for JSON any object, whose properties are read as they are. */
type Message = MessageTree;

/**
 * An element of a message, or a list of elements. A list of one is its element; what is absent is an empty list.
 * Elements are read by name (`msg.PID['PID.5']['PID.5.1']`), attributes with `@`, and values best by path.
 */
interface MessageTree extends Iterable<MessageTree> {
  /** The value at a path, or null when nothing is there: `msg.get('PID-5.1')`, `obx.get('5')`, `msg.get('PID-3[2].1')`. */
  get(path: string): string | null;
  /** Writes a value at a path and makes what is missing. Null and undefined write an empty value. */
  set(path: string, value: any): any;
  /** All elements at a path: `for (const obx of msg.all('OBX'))`. */
  all(path: string): MessageTree[];
  /** Removes all at a path and gives how many; without a path takes the elements themselves out. */
  remove(path?: string): number;
  /** The text of simple content; the whole as text otherwise. */
  toString(): string;
  /** The element itself; where a text or a number is wanted, it is read as its text. */
  valueOf(): MessageTree;
  toJSON(): any;
  /** The element as XML. */
  toXMLString(): string;
  /** How many elements the list has. */
  length(): number;
  /** A deep copy that stands nowhere. */
  copy(): MessageTree;
  appendChild(child: MessageTree | string): MessageTree;
  prependChild(child: MessageTree | string): MessageTree;
  insertChildBefore(child: MessageTree | null, added: MessageTree | string): any;
  insertChildAfter(child: MessageTree | null, added: MessageTree | string): any;
  /** Replaces all children. */
  setChildren(children: MessageTree | string): MessageTree;
  /** On simple content what texts do; else replaces the children of a name. */
  replace(nameOrPattern: any, value: any): any;
  /** Renames the element; a `QName` gives it a namespace, too. */
  setName(name: string | QName): any;
  setLocalName(name: string | QName): any;
  /** Joins texts that stand side by side, and drops empty ones. */
  normalize(): MessageTree;
  /** All children. */
  children(): MessageTree;
  /** The children of a name, or the child at an index. */
  child(nameOrIndex: string | number): MessageTree;
  /** The child elements, all or of a name. */
  elements(name?: string): MessageTree;
  /** All elements below, of a name or all. */
  descendants(name?: string | QName): MessageTree;
  attribute(name: string | QName): MessageTree;
  attributes(): MessageTree;
  /** The texts among the children. */
  text(): MessageTree;
  comments(): MessageTree;
  processingInstructions(name?: string): MessageTree;
  /** The element this one stands in; undefined for the root. */
  parent(): MessageTree | undefined;
  /** The qualified name, which equals (`==`) its text; null for texts. */
  name(): QName | null;
  /** The name without its namespace; null for texts. */
  localName(): string | null;
  /** The element's namespace, or the one that a prefix means there. */
  namespace(prefix?: string): Namespace | undefined;
  setNamespace(namespace: Namespace | string): MessageTree;
  /** Declares a prefix. */
  addNamespace(namespace: Namespace): MessageTree;
  removeNamespace(namespace: Namespace | string): MessageTree;
  inScopeNamespaces(): Namespace[];
  namespaceDeclarations(): Namespace[];
  nodeKind(): 'element' | 'text' | 'attribute' | 'comment' | 'processing-instruction';
  /** Where it stands among its parent's children, from 0; -1 for a root. */
  childIndex(): number;
  /** True when one of the elements equals the value; on simple content, when its text holds a text. */
  contains(value: any): boolean;
  /** True when there is a child of the name, or an attribute for `@name`. */
  hasOwnProperty(name: string): boolean;
  propertyIsEnumerable(name: string): boolean;
  hasSimpleContent(): boolean;
  hasComplexContent(): boolean;
  /** True when the texts are the same. */
  equals(other: any): boolean;
  equalsIgnoreCase(other: any): boolean;
  isEmpty(): boolean;
  isBlank(): boolean;
  compareTo(other: any): number;
  compareToIgnoreCase(other: any): number;
  /** True when the whole text matches a pattern. */
  matches(pattern: string): boolean;
  replaceFirst(pattern: string, replacement: string): string;
  [Symbol.iterator](): Iterator<MessageTree>;
  /** Elements by name, attributes with `@`, items by index; on simple content also what texts have (`trim`, `substring`, ...). */
  [name: string]: any;
}

/** A namespace. */
interface Namespace {
  readonly prefix: string | undefined;
  readonly uri: string;
}

/** A name with its namespace. */
interface QName {
  readonly localName: string;
  /** Empty for none, null for any. */
  readonly uri: string | null;
}

/** How XML is read and written. */
interface XmlSettings {
  ignoreComments: boolean;
  ignoreProcessingInstructions: boolean;
  /** Drops white space between elements. */
  ignoreWhitespace: boolean;
  prettyPrinting: boolean;
  prettyIndent: number;
}

/** The constructor of XML values, with the settings. */
interface XmlConstructor extends XmlSettings {
  new (value?: any): MessageTree;
  (value?: any): MessageTree;
  settings(): XmlSettings;
  setSettings(settings?: Partial<XmlSettings> | null): void;
  defaultSettings(): XmlSettings;
}

/** A map that scripts only read. `map.name` is `map.get('name')`, unless it is the name of a method. */
interface ReadOnlyScriptMap {
  /** The value, or null. */
  get(key: string): any;
  containsKey(key: string): boolean;
  has(key: string): boolean;
  keySet(): string[];
  keys(): string[];
  values(): any[];
  entrySet(): [string, any][];
  size(): number;
  isEmpty(): boolean;
  toString(): string;
  [key: string]: any;
}

/** A map of the scope. Values are texts, numbers, booleans, dates, bytes, and objects and lists of such. */
interface ScriptMap extends ReadOnlyScriptMap {
  /** Writes a value and gives back the one before. */
  put(key: string, value: any): any;
  /** Removes a key and gives back its value. */
  remove(key: string): any;
  putAll(values: object): void;
  clear(): void;
}

interface ScriptLogger {
  trace(...texts: any[]): void;
  debug(...texts: any[]): void;
  info(...texts: any[]): void;
  log(...texts: any[]): void;
  warn(...texts: any[]): void;
  error(...texts: any[]): void;
  fatal(...texts: any[]): void;
  isDebugEnabled(): boolean;
}

interface Router {
  /** Gives a message to a channel (`registration` of the same group, or `clinic/registration`), waits until it is stored and gives its answer, or null. Throws when the channel does not take it. */
  routeMessage(channel: string, message: any): string | null;
  routeMessageByChannelId(channel: string, message: any): string | null;
}

interface DestinationSet {
  /** Takes destinations out. */
  remove(...names: (string | string[])[]): boolean;
  /** Takes all but these out. */
  removeAllExcept(...names: (string | string[])[]): boolean;
  /** Takes all out. */
  removeAll(): boolean;
}

/** A destination's answer. */
interface DestinationResponse {
  /** The answer as text. */
  readonly message: string;
  readonly status: MessageStatus;
  readonly statusMessage: string;
  readonly error: string | null;
  getMessage(): string;
  getStatus(): MessageStatus;
  getNewMessageStatus(): MessageStatus;
  getStatusMessage(): string;
  getError(): string | null;
}
