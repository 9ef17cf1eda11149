using System.Collections.Frozen;

namespace ChannelHost.Scripting.Java;

/// <summary>All Java classes that scripts can use, by name.</summary>
internal static class JavaClasses
{
    private static readonly FrozenDictionary<string, JavaClass> ByName = All().ToFrozenDictionary(entry => entry.Name, entry => entry.Type, StringComparer.Ordinal);

    private static readonly ILookup<string, JavaClass> ByPackage = ByName
        .Where(entry => !entry.Key.Contains('$', StringComparison.Ordinal))
        .ToLookup(entry => PackageOf(entry.Key), entry => entry.Value, StringComparer.Ordinal);

    /// <summary>Finds a class by its full name; a nested one also by <c>Outer.Inner</c>.</summary>
    public static JavaClass? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The classes of a package.</summary>
    public static IEnumerable<JavaClass> InPackage(string package) => ByPackage[package];

    /// <summary>True when a package, or one below it, has a class.</summary>
    public static bool IsPackage(string name) =>
        ByPackage.Contains(name) || ByPackage.Any(package => package.Key.StartsWith(name + ".", StringComparison.Ordinal));

    /// <summary>What to say about a class that is not there.</summary>
    public static string WhyMissing(string name) => MissingClasses.Reason(name);

    private static IEnumerable<(string Name, JavaClass Type)> All()
    {
        foreach (var type in JavaLibrary.Classes)
        {
            yield return (type.Name, type);
            if (type.Name.Contains('$', StringComparison.Ordinal))
            {
                yield return (type.Name.Replace('$', '.'), type);
            }
        }

        foreach (var (alias, type) in JavaLibrary.Aliases)
        {
            yield return (alias, type);
        }
    }

    private static string PackageOf(string name) => name.LastIndexOf('.') is var dot and > 0 ? name[..dot] : "";
}
