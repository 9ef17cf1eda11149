// What the scripts of a channel have in scope, for editors. Written by `channelhost reference --write`; do not edit.
// A script is a program: `return` stands at its top level, and what it declares with let, const and class is its own.
// @in tells which scripts have a name: preprocessor, filter, transformer, response, postprocessor, reader, writer, deploy, undeploy, attachment, batch,
// globaldeploy, globalundeploy, globalpreprocessor, globalpostprocessor; @not says which have not. Without them all have.

/**
 * The message. A tree for HL7 v2, XML and delimited messages, a plain object or array for JSON, a text for raw messages.
 * In a response transformer it is the destination's answer. Assigning replaces the message: `msg = { mrn: msg.get('PID-3.1') }`.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
declare var msg: Message;

/**
 * The message as text. A preprocessor may return another text or assign one here. In a postprocessor it is the whole message: `message.getConnectorMessages()`.
 * @not deploy undeploy globaldeploy globalundeploy batch
 */
declare var message: any;

/**
 * What the source says of the message: `originalFilename` of a file, headers of a request. Read only.
 * @not deploy undeploy globaldeploy globalundeploy
 */
declare var sourceMap: ReadOnlyScriptMap;

/**
 * Kept with the message and seen by all its scripts, the source's and each destination's. Templates read it: `${mrn}`.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
declare var channelMap: ScriptMap;

/**
 * Kept with the message for one connector: the source, or one destination.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
declare var connectorMap: ScriptMap;

/**
 * The responses so far, by destination; what is put here can be the sender's answer.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
declare var responseMap: ScriptMap;

/** Shared by all channels of this host, in memory. */
declare var globalMap: ScriptMap;

/**
 * Shared by all messages of this channel; with `state: { globalChannelMap: keep }` it outlives a restart.
 * @not globaldeploy globalundeploy
 */
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
 * @in preprocessor filter transformer globalpreprocessor
 */
declare var destinationSet: DestinationSet;

/**
 * The channel's name: `clinic/registration`.
 * @not globaldeploy globalundeploy
 */
declare var channelName: string;

/**
 * The channel's id (`id:` in its file), or its name where it has none.
 * @not globaldeploy globalundeploy
 */
declare var channelId: string;

/**
 * `source`, or the destination's name.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
declare var connector: string;

/**
 * The message's id in its channel; 0 where there is none yet.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
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

/** Java classes by their full names, for imported scripts: `new Packages.org.apache.commons.codec.binary.Hex()`. What is not there says so when it is used. */
declare var Packages: any;
/** Java classes below `java`: `new java.util.ArrayList()`. */
declare var java: any;
/** Java classes below `javax`. */
declare var javax: any;
/** Java classes below `org`. */
declare var org: any;
/** Java classes below `com`. */
declare var com: any;
/** Java classes below `net`. */
declare var net: any;
/** Java classes below `edu`. */
declare var edu: any;
/** Makes the classes of Java packages known by their simple names: `importPackage(java.util)`. */
declare function importPackage(...packages: any[]): void;
/** Makes a Java class, and its package, known by simple names. */
declare function importClass(...classes: any[]): void;
/** An object with the classes of Java packages: `new JavaImporter(java.util)`. */
declare var JavaImporter: any;
/** Makes an object of a script stand for a Java interface: `new JavaAdapter(java.lang.Runnable, { run: function () { } })`. */
declare var JavaAdapter: any;
/** A namespace: `new Namespace('urn:hl7-org:v3')`, `new Namespace('p', 'urn:p')`. */
declare var Namespace: { new (prefixOrUri?: any, uri?: any): Namespace; (prefixOrUri?: any, uri?: any): Namespace };
/** A qualified name: `new QName('urn:p', 'name')`. */
declare var QName: { new (namespaceOrName?: any, name?: any): QName; (namespaceOrName?: any, name?: any): QName };
/** True when an element can be called so. */
declare function isXMLName(name: any): boolean;

/** The destination's answer; in the global postprocessor what the channel's postprocessor answered.
 * @in response globalpostprocessor */
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

/** @in response postprocessor writer globalpostprocessor */
declare var RECEIVED: MessageStatus;
/** @in response postprocessor writer globalpostprocessor */
declare var FILTERED: MessageStatus;
/** @in response postprocessor writer globalpostprocessor */
declare var TRANSFORMED: MessageStatus;
/** @in response postprocessor writer globalpostprocessor */
declare var SENT: MessageStatus;
/** @in response postprocessor writer globalpostprocessor */
declare var QUEUED: MessageStatus;
/** @in response postprocessor writer globalpostprocessor */
declare var ERROR: MessageStatus;
/** @in response postprocessor writer globalpostprocessor */
declare var PENDING: MessageStatus;

/**
 * What one connector knows of the message: `connectorMessage.getRawData()`.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch
 */
declare var connectorMessage: ConnectorMessage;

/** The outgoing template as text, trees as XML; null for none.
 * @not deploy undeploy globaldeploy globalundeploy attachment batch */
declare var template: string | null;

/** The message that goes on, made of the outgoing template; only where there is one. */
declare let tmp: any;

/** `phase[0]` is filter or transformer.
 * @in filter transformer */
declare var phase: string[];

/** True when the message is binary and `message` its base64 text.
 * @in attachment */
declare var binary: boolean;

/** Tells the people who watch the host.
 * @not globaldeploy globalundeploy */
declare var alerts: AlertSender;

/** Fills in `${name}` from the maps. */
declare var replacer: { replaceValues(template: string, values?: object): string };

/** Imported scripts ask it for class loaders, which there are none of. */
declare var contextFactory: any;

/** The value as a text object, and nothing for nothing. */
declare function newStringOrUndefined(value: any): any;

/** The value as a number object, and nothing for nothing. */
declare function newNumberOrUndefined(value: any): any;

/** The value as a truth value object, and nothing for nothing. */
declare function newBooleanOrUndefined(value: any): any;

/** Keeps data beside the message and gives the attachment; its token (`getAttachmentId()`) may stand in the message. */
declare function addAttachment(data: any, type: string, base64Encode?: boolean): Attachment;

/** The attachments of the message. */
declare function getAttachments(base64Decode?: boolean): Attachment[];

/** One attachment, of this message or of another: `(id, decode)` or `(channelId, messageId, id, decode)`. */
declare function getAttachment(id: string, ...more: any[]): Attachment | null;

/** The ids of the attachments, of this message or of another: `()` or `(channelId, messageId)`. */
declare function getAttachmentIds(channelId?: string, messageId?: number): string[];

/** Puts new content under an id: `(attachment)`, `(id, content, type)`. */
declare function updateAttachment(...what: any[]): Attachment;

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
  /** The map itself. */
  getVariables(): any;
  getOrDefault(key: string, value: any): any;
  getSync(key: string): any;
  containsKeySync(key: string): boolean;
  [key: string]: any;
}

/** A map of the scope. Values are texts, numbers, booleans, dates, bytes, and objects and lists of such. */
interface ScriptMap extends ReadOnlyScriptMap {
  /** Writes a value and gives back the one before. */
  put(key: string, value: any): any;
  /** Removes a key and gives back its value. */
  remove(key: string): any;
  putAll(values: object): void;
  putIfAbsent(key: string, value: any): any;
  putSync(key: string, value: any): any;
  removeSync(key: string): any;
  /** For maps that several runs share: waits until no other run holds the key. The end of the run gives it back at the latest. */
  lock(key: string): void;
  unlock(key: string): void;
  clear(): void;
}

/** What objects of Mirth's classes have. */
interface JavaLike {
  toString(): string;
  equals(other: any): boolean;
  hashCode(): number;
}

interface ScriptLogger extends JavaLike {
  trace(...texts: any[]): void;
  debug(...texts: any[]): void;
  info(...texts: any[]): void;
  log(...texts: any[]): void;
  warn(...texts: any[]): void;
  error(...texts: any[]): void;
  fatal(...texts: any[]): void;
  isDebugEnabled(): boolean;
  isTraceEnabled(): boolean;
  isInfoEnabled(): boolean;
  getName(): string;
  readonly name: string;
}

interface AlertSender extends JavaLike {
  sendAlert(text: string): void;
}

/** A part of a message that is kept beside it. */
interface Attachment extends JavaLike {
  id: string;
  type: string;
  content: any;
  /** The token that stands in the message: `${ATTACH:id}`. */
  getAttachmentId(): string;
  readonly attachmentId: string;
  getId(): string;
  getType(): string;
  getContent(): any;
  getContentString(charset?: string): string;
}

interface Router extends JavaLike {
  /** Gives a message to a channel (`registration` of the same group, or `clinic/registration`), waits until it is stored and gives its answer, or null. Throws when the channel does not take it. */
  routeMessage(channel: string, message: any): string | null;
  routeMessageByChannelId(channel: string, message: any): string | null;
}

interface DestinationSet extends JavaLike {
  /** Takes destinations out, by name or number. */
  remove(...destinations: any[]): boolean;
  /** Takes all but these out. */
  removeAllExcept(...destinations: any[]): boolean;
  /** Takes all out. */
  removeAll(): boolean;
}

/** What one connector knows of a message. Contents that do not exist (yet) are null. */
interface ConnectorMessage extends JavaLike {
  getMetaDataId(): number;
  readonly metaDataId: number;
  getChannelId(): string | null;
  readonly channelId: string | null;
  getChannelName(): string | null;
  readonly channelName: string | null;
  getConnectorName(): string | null;
  readonly connectorName: string | null;
  getServerId(): string | null;
  readonly serverId: string | null;
  getMessageId(): number;
  readonly messageId: number;
  getStatus(): any;
  readonly status: any;
  getSendAttempts(): number;
  readonly sendAttempts: number;
  getReceivedDate(): any;
  readonly receivedDate: any;
  getSendDate(): any;
  readonly sendDate: any;
  getResponseDate(): any;
  readonly responseDate: any;
  getRawData(): string | null;
  readonly rawData: string | null;
  getProcessedRawData(): string | null;
  readonly processedRawData: string | null;
  getTransformedData(): string | null;
  readonly transformedData: string | null;
  getEncodedData(): string | null;
  readonly encodedData: string | null;
  getResponseData(): any;
  readonly responseData: any;
  getProcessedResponseData(): any;
  readonly processedResponseData: any;
  getResponseTransformedData(): string | null;
  readonly responseTransformedData: string | null;
  getRaw(): any;
  readonly raw: any;
  getProcessedRaw(): any;
  readonly processedRaw: any;
  getTransformed(): any;
  readonly transformed: any;
  getEncoded(): any;
  readonly encoded: any;
  getSent(): any;
  readonly sent: any;
  getResponse(): any;
  readonly response: any;
  getResponseTransformed(): any;
  readonly responseTransformed: any;
  getProcessedResponse(): any;
  readonly processedResponse: any;
  getMessageContent(kind: any): any;
  getSourceMap(): ReadOnlyScriptMap;
  readonly sourceMap: ReadOnlyScriptMap;
  getChannelMap(): ReadOnlyScriptMap;
  readonly channelMap: ReadOnlyScriptMap;
  getConnectorMap(): ReadOnlyScriptMap;
  readonly connectorMap: ReadOnlyScriptMap;
  getResponseMap(): ReadOnlyScriptMap;
  readonly responseMap: ReadOnlyScriptMap;
  getProcessingError(): string | null;
  readonly processingError: string | null;
  getPostProcessorError(): string | null;
  readonly postProcessorError: string | null;
  getResponseError(): string | null;
  readonly responseError: string | null;
  getDestinationIdMap(): ReadOnlyScriptMap;
  readonly destinationIdMap: ReadOnlyScriptMap;
  getDestinationNameMap(): ReadOnlyScriptMap;
  readonly destinationNameMap: ReadOnlyScriptMap;
}

/** A destination's answer. */
interface DestinationResponse extends JavaLike {
  /** The answer as text. */
  readonly message: string;
  readonly status: MessageStatus;
  readonly statusMessage: string;
  readonly error: string | null;
  getMessage(): string;
  getStatus(): MessageStatus;
  getNewMessageStatus(): MessageStatus;
  toJSON(): object;
  getStatusMessage(): string;
  getError(): string | null;
}

// Mirth's user classes, which every script knows by their simple names.

/** What a channel can be doing: `DeployedState.STARTED`. */
declare const DeployedState: any;

/** The kinds of content that are kept of a message: `ContentType.RAW`. */
declare const ContentType: any;

/** HL7 v2 acknowledgments. */
declare class ACKGenerator {
  constructor(...values: any[]);
  static generateAckResponse(...values: any[]): any;
}

/** A part of a message that is kept beside it. */
declare const Attachment: { new (id: string, content: any, type: string): Attachment };

/** Attachments of this message and of others. */
declare class AttachmentUtil {
  private constructor();
  static reAttachMessage(...values: any[]): any;
  static getMessageAttachmentIds(...values: any[]): any;
  static getMessageAttachments(...values: any[]): any;
  static getMessageAttachment(...values: any[]): any;
  static getMessageAttachmentsFromSourceChannel(...values: any[]): any;
  static addAttachment(...values: any[]): any;
  static createAttachment(...values: any[]): any;
  static updateAttachment(...values: any[]): any;
}

/** What is known of other channels; control only where the channel declares it (`access: { channels: true }`). */
declare class ChannelUtil {
  private constructor();
  static getChannelNames(...values: any[]): any;
  static getChannelIds(...values: any[]): any;
  static getChannelName(...values: any[]): any;
  static getDeployedChannelNames(...values: any[]): any;
  static getDeployedChannelIds(...values: any[]): any;
  static getDeployedChannelName(...values: any[]): any;
  static getDeployedChannelId(...values: any[]): any;
  static isChannelDeployed(...values: any[]): any;
  static getChannelState(...values: any[]): any;
  static getConnectorState(...values: any[]): any;
  static getReceivedCount(...values: any[]): any;
  static getFilteredCount(...values: any[]): any;
  static getQueuedCount(...values: any[]): any;
  static getSentCount(...values: any[]): any;
  static getErrorCount(...values: any[]): any;
  static startChannel(...values: any[]): any;
  static stopChannel(...values: any[]): any;
  static haltChannel(...values: any[]): any;
  static pauseChannel(...values: any[]): any;
  static resumeChannel(...values: any[]): any;
  static deployChannel(...values: any[]): any;
  static undeployChannel(...values: any[]): any;
  static startConnector(...values: any[]): any;
  static stopConnector(...values: any[]): any;
  static resetStatistics(...values: any[]): any;
}

/** An open database; it is closed at the end of the run at the latest. */
declare class DatabaseConnection {
  private constructor();
  executeCachedQuery(...values: any[]): any;
  executeUpdate(...values: any[]): any;
  executeUpdateAndGetGeneratedKeys(...values: any[]): any;
  setAutoCommit(...values: any[]): any;
  getAutoCommit(...values: any[]): any;
  commit(...values: any[]): any;
  rollback(...values: any[]): any;
  isClosed(...values: any[]): any;
  close(...values: any[]): any;
  getConnection(...values: any[]): any;
  getAddress(): any;
  address: any;
}

/** Opens the databases that the channel declares (`access: { databases }`), by name or JDBC address. */
declare class DatabaseConnectionFactory {
  private constructor();
  static createDatabaseConnection(...values: any[]): any;
  static createConnection(...values: any[]): any;
  static initializeDriver(...values: any[]): any;
}

/** Dates by patterns such as `yyyyMMddHHmmss`. */
declare class DateUtil {
  private constructor();
  static getCurrentDate(...values: any[]): any;
  static formatDate(...values: any[]): any;
  static getDate(...values: any[]): any;
  static convertDate(...values: any[]): any;
}

/** Files of the folders that the channel declares (`access: { folders }`), and base64. */
declare class FileUtil {
  private constructor();
  static read(...values: any[]): any;
  static readBytes(...values: any[]): any;
  static write(...values: any[]): any;
  static encode(...values: any[]): any;
  static decode(...values: any[]): any;
  static deleteFile(...values: any[]): any;
  static rtfToPlainText(...values: any[]): any;
}

/** Headers of HTTP. */
declare class HTTPUtil {
  private constructor();
  static parseHeaders(...values: any[]): any;
  static httpBodyToXml(...values: any[]): any;
}

/** Hashes of texts and bytes, in hexadecimal. */
declare class HashUtil {
  private constructor();
  static generate(...values: any[]): any;
}

/** JSON as text, pretty or as XML. */
declare class JsonUtil {
  private constructor();
  static prettyPrint(...values: any[]): any;
  static escape(...values: any[]): any;
  static toXml(...values: any[]): any;
}

/** Lists: `Lists.list(1).append(2)`. */
declare class Lists {
  private constructor();
  static list(...values: any[]): any;
}

/** Maps: `Maps.map('a', 1).add('b', 2)`. */
declare class Maps {
  private constructor();
  static map(...values: any[]): any;
}

/** Numbers of NCPDP. */
declare class NCPDPUtil {
  private constructor();
  static formatNCPDPNumber(...values: any[]): any;
}

/** A message for a channel: `new RawMessage(text, [destination numbers], sourceMap)`. */
declare class RawMessage {
  constructor(...values: any[]);
  getRawData(): any;
  rawData: any;
  getRawBytes(): any;
  rawBytes: any;
  isBinary(): any;
  binary: any;
  getDestinationMetaDataIds(): any;
  destinationMetaDataIds: any;
  setDestinationMetaDataIds(value: any): void;
  getSourceMap(): any;
  sourceMap: any;
  setSourceMap(value: any): void;
  getChannelMap(): any;
  channelMap: any;
  setChannelMap(value: any): void;
  clearMessage(...values: any[]): any;
}

/** A response: `new Response(Status.SENT, message, statusMessage, error)`. */
declare class Response {
  constructor(...values: any[]);
  getStatus(): any;
  status: any;
  setStatus(value: any): void;
  getMessage(): any;
  message: any;
  setMessage(value: any): void;
  getStatusMessage(): any;
  statusMessage: any;
  setStatusMessage(value: any): void;
  getError(): any;
  error: any;
  setError(value: any): void;
  getNewMessageStatus(...values: any[]): any;
  toJSON(...values: any[]): any;
}

/** Makes responses. */
declare class ResponseFactory {
  private constructor();
  static getSentResponse(...values: any[]): any;
  static getErrorResponse(...values: any[]): any;
  static getFilteredResponse(...values: any[]): any;
  static getQueuedResponse(...values: any[]): any;
}

/** Messages of a data type as XML and back: `SerializerFactory.getSerializer('HL7V2').toXML(text)`. */
declare class SerializerFactory {
  private constructor();
  static getSerializer(...values: any[]): any;
  static getDefaultSerializationProperties(...values: any[]): any;
  static getDefaultDeserializationProperties(...values: any[]): any;
  static getHL7Serializer(...values: any[]): any;
  static getX12Serializer(...values: any[]): any;
  static getEDISerializer(...values: any[]): any;
}

/** Random ids. */
declare class UUIDGenerator {
  private constructor();
  static getUUID(...values: any[]): any;
}

/** Gives messages to other channels. */
declare class VMRouter {
  constructor(...values: any[]);
  routeMessage(...values: any[]): any;
  routeMessageByChannelId(...values: any[]): any;
}

/** XML as text, pretty or as JSON. */
declare class XmlUtil {
  private constructor();
  static encode(...values: any[]): any;
  static decode(...values: any[]): any;
  static prettyPrint(...values: any[]): any;
  static toJson(...values: any[]): any;
}
