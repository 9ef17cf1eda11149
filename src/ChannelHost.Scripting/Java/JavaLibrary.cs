using ChannelHost.Scripting.Java.Commons;
using ChannelHost.Scripting.Java.IO;
using ChannelHost.Scripting.Java.Json;
using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Net;
using ChannelHost.Scripting.Java.Numbers;
using ChannelHost.Scripting.Java.Patterns;
using ChannelHost.Scripting.Java.Security;
using ChannelHost.Scripting.Java.Sql;
using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Java.Time;
using ChannelHost.Scripting.Java.Util;
using ChannelHost.Scripting.Java.Xml;

namespace ChannelHost.Scripting.Java;

/// <summary>The list of all classes.</summary>
internal static class JavaLibrary
{
    /// <summary>The classes.</summary>
    public static readonly JavaClass[] Classes =
    [
        .. Lang(), .. Util(), .. Text(), .. Exceptions.Classes, .. ObjectClass.Interfaces,
        .. Input(), .. Network(), .. SecurityClasses.All, .. AsymmetricKeys.All, .. SqlClasses.All, .. CommonsClasses.All, .. TimeClasses.All, .. JodaClasses.All, SqlTypes.Class,
        .. TransformClasses.All, .. ValidationClasses.All, .. ChecksumClasses.All,
        JsonObjectClass.Class, JsonObjectClass.Tokener, JsonArrayClass.Class, JsonXmlClass.Class, .. GsonClasses.All,
    ];

    /// <summary>Further names of the same classes.</summary>
    public static readonly (string Name, JavaClass Type)[] Aliases =
    [
        ("java.util.Queue", ListClasses.LinkedList), ("java.util.Deque", ListClasses.LinkedList), ("java.util.AbstractList", ListClasses.List),
        ("java.util.AbstractMap", MapClasses.Map), ("java.util.SortedMap", MapClasses.TreeMap), ("java.util.WeakHashMap", MapClasses.HashMap),
        ("java.util.Dictionary", MapClasses.Hashtable), ("java.lang.Iterable", ListClasses.Collection), ("java.util.concurrent.ThreadLocalRandom", MiscClasses.Random),
        ("java.util.concurrent.ConcurrentLinkedQueue", ListClasses.LinkedList), ("java.util.concurrent.LinkedBlockingQueue", ListClasses.LinkedList),
        ("com.google.common.base.Charsets", Charsets.OtherCharsets), ("java.lang.StrictMath", MathClass.Class),
        ("org.apache.commons.lang.StringUtils", StringUtilsClass.Class), ("org.apache.commons.lang.StringEscapeUtils", EscapeClasses.Class),
        ("org.apache.commons.text.StringEscapeUtils", EscapeClasses.Class), ("org.apache.commons.lang.math.NumberUtils", Commons("org.apache.commons.lang3.math.NumberUtils")),
        ("org.apache.commons.lang.ArrayUtils", Commons("org.apache.commons.lang3.ArrayUtils")), ("org.apache.commons.lang.time.DateUtils", Commons("org.apache.commons.lang3.time.DateUtils")),
        ("org.apache.commons.lang.exception.ExceptionUtils", Commons("org.apache.commons.lang3.exception.ExceptionUtils")),
        ("org.apache.log4j.LogManager", Commons("org.apache.log4j.Logger")), ("org.apache.logging.log4j.LogManager", Commons("org.apache.log4j.Logger")),
        ("org.slf4j.LoggerFactory", Commons("org.apache.log4j.Logger")),
        ("org.joda.time.ReadableInstant", ObjectClass.Class),
        ("java.net.URLConnection", HttpClasses.Connection), ("javax.net.ssl.HttpsURLConnection", HttpClasses.Connection),
        .. SqlClasses.Drivers,
        ("java.io.LineNumberReader", ReaderClasses.BufferedReader), ("java.io.Closeable", ObjectClass.Class),
    ];

    private static JavaClass Commons(string name) => CommonsClasses.All.First(type => type.Name == name);

    private static JavaClass[] Lang() =>
    [
        ObjectClass.Class, ObjectClass.ClassOfClass, ObjectClass.Objects, StringClass.Class, StringClass.CharSequence, BuilderClasses.StringBuilder,
        BuilderClasses.StringBuffer, NumberClasses.Number, NumberClasses.Integer, NumberClasses.Long, NumberClasses.Short, NumberClasses.Byte,
        NumberClasses.Double, NumberClasses.Float, BooleanClass.Class, CharacterClass.Class, MathClass.Class, SystemClasses.System, SystemClasses.Thread,
        ArrayClasses.Reflect, DecimalClasses.BigDecimal, DecimalClasses.BigInteger, DecimalClasses.MathContext, DecimalClasses.RoundingMode,
    ];

    private static JavaClass[] Util() =>
    [
        ListClasses.Collection, ListClasses.List, ListClasses.ArrayList, ListClasses.LinkedList, ListClasses.ArrayDeque, ListClasses.Vector, ListClasses.Stack,
        ListClasses.CopyOnWrite, SetClasses.Set, SetClasses.Hash, SetClasses.Linked, SetClasses.Tree, MapClasses.Map, MapClasses.Entry, MapClasses.HashMap,
        MapClasses.LinkedHashMap, MapClasses.Hashtable, MapClasses.Concurrent, MapClasses.TreeMap, MapClasses.Properties, CollectionsClasses.Comparator,
        CollectionsClasses.Arrays, CollectionsClasses.Collections, .. IteratorClasses.All, MiscClasses.Uuid, MiscClasses.Random, MiscClasses.SecureRandom,
        MiscClasses.Locale, MiscClasses.Tokenizer, MiscClasses.TimeUnit, .. MiscClasses.Locks, .. MiscClasses.Base64Classes, DateClasses.Date,
        DateClasses.Timestamp, DateClasses.SqlDate, DateClasses.SqlTime, DateClasses.TimeZone, DateClasses.Calendar, DateClasses.Gregorian,
    ];

    private static JavaClass[] Input() =>
    [
        FileClasses.File, FileClasses.Path, FileClasses.Paths, FileClasses.Files, FileClasses.OpenOption, FileClasses.CopyOption, StreamClasses.InputStream,
        StreamClasses.OutputStream, StreamClasses.FileInput, StreamClasses.FileOutput, .. StreamClasses.Others, .. ZipClasses.All, ReaderClasses.Reader, ReaderClasses.Writer,
        ReaderClasses.BufferedReader, ReaderClasses.BufferedWriter, ReaderClasses.PrintWriter, .. ReaderClasses.Others,
    ];

    private static JavaClass[] Network() =>
    [
        HttpClasses.Url, HttpClasses.Connection, UriClasses.Uri, UriClasses.Encoder, UriClasses.Decoder, UriClasses.InetAddress, .. ApacheHttp.All,
    ];

    private static JavaClass[] Text() =>
    [
        FormatClasses.ParsePosition, FormatClasses.DateFormat, FormatClasses.SimpleDateFormat, FormatClasses.NumberFormat, FormatClasses.DecimalFormat,
        PatternClasses.Pattern, PatternClasses.Matcher, Charsets.Charset, Charsets.StandardCharsets, Charsets.OtherCharsets,
    ];
}
