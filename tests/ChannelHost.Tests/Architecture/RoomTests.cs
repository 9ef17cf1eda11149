using System.Xml.Linq;

namespace ChannelHost.Tests.Architecture;

/// <summary>The direction between rooms: everybody knows the words, only the roof knows everybody.</summary>
public sealed class RoomTests
{
    public static TheoryData<string> RoomsBelowTheRoof => [.. House.Rooms.Where(room => room != "Server")];

    [Theory]
    [MemberData(nameof(RoomsBelowTheRoof))]
    public void Room_ReferencesAbstractionsOnly(string room)
    {
        var project = XDocument.Load(Path.Combine(House.Root, "src", $"ChannelHost.{room}", $"ChannelHost.{room}.csproj"));

        var references = project.Descendants("ProjectReference").Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value.Replace('\\', '/')));

        Assert.Equal(room == "Abstractions" ? [] : ["ChannelHost.Abstractions"], references);
    }

    [Theory]
    [MemberData(nameof(RoomsBelowTheRoof))]
    public void Room_UsesNoOtherRoomsAssembly(string room)
    {
        var used = House.AssemblyOf(room).GetReferencedAssemblies().Select(name => name.Name!);

        Assert.DoesNotContain(used, name => (name.StartsWith("ChannelHost.", StringComparison.Ordinal) || name == "channelhost") && name != "ChannelHost.Abstractions");
    }

    [Fact]
    public void Abstractions_HasNoPackages()
    {
        var project = XDocument.Load(Path.Combine(House.Root, "src", "ChannelHost.Abstractions", "ChannelHost.Abstractions.csproj"));

        Assert.Empty(project.Descendants("PackageReference"));
    }

    [Theory]
    [InlineData("Jint", "Scripting")]
    [InlineData("Acornima", "Scripting")]
    [InlineData("LiteDB", "Storage")]
    [InlineData("Spectre.Console", "Server")]
    [InlineData("System.CommandLine", "Server")]
    public void Library_IsOwnedByOneRoom(string library, string owner)
    {
        var users = House.Rooms.Where(room => House.AssemblyOf(room).GetReferencedAssemblies().Any(name => name.Name == library));

        Assert.True(users.All(room => room == owner), $"{library} belongs to {owner}; it is also used by {string.Join(", ", users)}");
    }

    [Fact]
    public void RootOfTheRepository_HasNothingButTheHouse()
    {
        string[] house = ["ChannelHost.sln", "src", "channels", "tests", "scripts", "README.md", "docker", "Directory.Build.props", "Directory.Packages.props", "global.json"];

        // data is what a host that was tried here left; git does not see it.
        var strangers = Directory.EnumerateFileSystemEntries(House.Root).Select(Path.GetFileName).Where(name => name![0] != '.' && name != "data").Except(house);

        Assert.Empty(strangers);
    }
}
