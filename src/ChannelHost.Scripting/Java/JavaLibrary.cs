using ChannelHost.Scripting.Java.Lang;
using ChannelHost.Scripting.Java.Numbers;
using ChannelHost.Scripting.Java.Patterns;
using ChannelHost.Scripting.Java.Text;
using ChannelHost.Scripting.Java.Util;

namespace ChannelHost.Scripting.Java;

/// <summary>The list of all classes.</summary>
internal static class JavaLibrary
{
    /// <summary>The classes.</summary>
    public static readonly JavaClass[] Classes =
    [
        .. Lang(), .. Util(), .. Text(), .. Exceptions.Classes, .. ObjectClass.Interfaces,
    ];

    /// <summary>Further names of the same classes.</summary>
    public static readonly (string Name, JavaClass Type)[] Aliases =
    [
        ("java.util.Queue", ListClasses.LinkedList), ("java.util.Deque", ListClasses.LinkedList), ("java.util.AbstractList", ListClasses.List),
        ("java.util.AbstractMap", MapClasses.Map), ("java.util.SortedMap", MapClasses.TreeMap), ("java.util.WeakHashMap", MapClasses.HashMap),
        ("java.util.Dictionary", MapClasses.Hashtable), ("java.lang.Iterable", ListClasses.Collection), ("java.util.concurrent.ThreadLocalRandom", MiscClasses.Random),
        ("java.util.concurrent.ConcurrentLinkedQueue", ListClasses.LinkedList), ("java.util.concurrent.LinkedBlockingQueue", ListClasses.LinkedList),
        ("com.google.common.base.Charsets", IO.Charsets.OtherCharsets), ("java.lang.StrictMath", MathClass.Class),
    ];

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

    private static JavaClass[] Text() =>
    [
        FormatClasses.ParsePosition, FormatClasses.DateFormat, FormatClasses.SimpleDateFormat, FormatClasses.NumberFormat, FormatClasses.DecimalFormat,
        PatternClasses.Pattern, PatternClasses.Matcher, IO.Charsets.Charset, IO.Charsets.StandardCharsets, IO.Charsets.OtherCharsets,
    ];
}
