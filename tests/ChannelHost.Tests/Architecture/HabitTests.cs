using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ChannelHost.Tests.Architecture;

/// <summary>Habits of the house that a compiler does not ask for, looked up in the compiled code: no name in a comment or a string misleads them.</summary>
public sealed partial class HabitTests
{
    [Fact]
    public void Time_ComesFromTimeProvider() => AssertNobodyUses(
        "take a TimeProvider and ask it",
        House.Rooms,
        (_, used) => used is MethodBase { DeclaringType: var type, Name: var name }
            && (type == typeof(DateTime) || type == typeof(DateTimeOffset))
            && name is "get_Now" or "get_UtcNow" or "get_Today");

    [Fact]
    public void Nobody_Sleeps() => AssertNobodyUses(
        "wait for a signal, or for Task.Delay with a TimeProvider",
        House.Rooms,
        (_, used) => used.DeclaringType == typeof(Thread) && used.Name == nameof(Thread.Sleep));

    [Fact]
    public void Delays_AskTheTimeProvider() => AssertNobodyUses(
        "give Task.Delay the TimeProvider, or tests must wait in real time",
        House.Rooms,
        (_, used) => used is MethodInfo { Name: nameof(Task.Delay) } delay
            && delay.DeclaringType == typeof(Task)
            && delay.GetParameters().All(parameter => parameter.ParameterType != typeof(TimeProvider)));

    [Fact]
    public void Nobody_BlocksOnATask() => AssertNobodyUses(
        "await it: a thread that blocks on a task is lost for messages, and may wait for itself",
        House.Rooms,
        (_, used) => used is MethodInfo method
            && typeof(Task).IsAssignableFrom(method.DeclaringType)
            && method.Name is "get_Result" or nameof(Task.Wait) or nameof(Task.WaitAll) or nameof(Task.WaitAny));

    [Fact]
    public void NoMethod_IsAsyncVoid() => AssertNobodyUses(
        "return a Task: nobody can wait for an async void method or catch what it throws",
        House.Rooms,
        (_, used) => used.DeclaringType == typeof(AsyncVoidMethodBuilder));

    [Fact]
    public void OnlyTheRoof_WritesToTheConsole() => AssertNobodyUses(
        "log it, or return it",
        House.Rooms.Where(room => room != "Server"),
        (_, used) => used.DeclaringType == typeof(Console));

    [Fact]
    public void Types_SayWhatTheyDo()
    {
        var vague = House.Rooms.SelectMany(House.TypesOf).Where(type => VagueName().IsMatch(type.Name.Split('`')[0])).Select(type => type.FullName);

        Assert.Empty(vague);
    }

    [Fact]
    public void Classes_AreSealedUnlessSomethingInheritsThem()
    {
        var types = House.Rooms.SelectMany(House.TypesOf).ToList();
        var inherited = types.Select(type => type.BaseType).OfType<Type>().Select(type => type.IsGenericType ? type.GetGenericTypeDefinition() : type).ToHashSet();

        var open = types.Where(type => type is { IsClass: true, IsSealed: false, IsAbstract: false } && !inherited.Contains(type)).Select(type => type.FullName);

        Assert.Empty(open);
    }

    [Fact]
    public void Namespaces_FollowFolders()
    {
        var astray =
            from room in House.Rooms
            where room != "Abstractions"
            from file in House.SourcesOf(room)
            let declared = NamespaceLine().Match(File.ReadAllText(file))
            where declared.Success
            let folder = Path.GetRelativePath(Path.Combine(House.Root, "src"), Path.GetDirectoryName(file)!).Replace('/', '.')
            where declared.Groups[1].Value != folder
            select $"{Path.GetRelativePath(House.Root, file)} declares {declared.Groups[1].Value}";

        Assert.Empty(astray);
    }

    private static void AssertNobodyUses(string advice, IEnumerable<string> rooms, Func<MethodBase, MemberInfo, bool> isForbidden)
    {
        var uses =
            from room in rooms
            from type in House.AssemblyOf(room).GetTypes()
            where type.Namespace?.StartsWith("ChannelHost.", StringComparison.Ordinal) == true || type.Name == "Program"
            from method in Code.MethodsOf(type)
            from used in Code.MembersUsedBy(method)
            where isForbidden(method, used)
            select $"{type.FullName}.{method.Name} uses {used.DeclaringType?.Name}.{used.Name}";

        var found = uses.Distinct().ToList();
        Assert.True(found.Count == 0, $"{advice}:\n{string.Join('\n', found)}");
    }

    [GeneratedRegex("(Manager|Helpers?|Utils?|Utility|Utilities|Common|Base|Impl)$")]
    private static partial Regex VagueName();

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
