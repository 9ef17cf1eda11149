using ChannelHost.Storage.ChannelFiles;

namespace ChannelHost.Tests.ChannelFiles;

[Trait("Row", "F69")]
[Trait("Row", "S36")]
public sealed class SecretReferenceTests : IDisposable
{
    private const string Value = "zebra-hunter2";
    private const string Channel = "source: { type: sample, listen: 127.0.0.1:1, password: \"${secret:ehr-token}\" }\n";

    private readonly Folders _folders = new();

    [Fact]
    public void Secret_IsTakenFromTheMountedFolder_ThenTheEnvironment_ThenTheEncryptedFile()
    {
        _folders.Vault.Set("ehr-token", "from the file", "anna");
        Assert.Equal("from the file", Password());

        _folders.Environment["CHANNELHOST_SECRET_EHR_TOKEN"] = "from the environment";
        Assert.Equal("from the environment", Password());

        Directory.CreateDirectory(_folders.SecretSettings.Folder!);
        File.WriteAllText(Path.Join(_folders.SecretSettings.Folder, "ehr-token"), "from the mount\n");
        Assert.Equal("from the mount", Password());
    }

    [Fact]
    public void MissingSecret_IsNamed_AndStopsOnlyItsChannel()
    {
        _folders.Write("clinic/other/channel.yaml", "source: { type: sample, listen: 127.0.0.1:2 }\n");

        var reading = _folders.ReadOne(Channel);
        var problem = Folders.Only(reading);

        Assert.Equal("the secret `ehr-token`, which is not set", problem.Found);
        Assert.Contains("channelhost secret set ehr-token", problem.Wanted, StringComparison.Ordinal);
        Assert.Equal("source.password", problem.Field);
        Assert.Equal(["ehr-token"], reading.Secrets);
        Assert.NotNull(_folders.Open().Read("clinic/other")!.Definition);
    }

    [Fact]
    public void MissingSecret_OfAChannelThatIsOff_IsNoProblemUntilItIsTurnedOn()
    {
        var off = _folders.ReadOne($"enabled: false\n{Channel}");
        var on = _folders.ReadOne(Channel);

        Assert.False(Folders.Good(off).Enabled);
        Assert.Equal(["ehr-token"], off.Secrets);
        Assert.Equal("the secret `ehr-token`, which is not set", Folders.Only(on).Found);
    }

    [Theory]
    [InlineData("hunter2", false)]
    [InlineData("\"${config:password}\"", false)]
    [InlineData("\"$${secret:ehr-token}\"", false)]
    [InlineData("\"\"", true)]
    [InlineData("\"x-${secret:ehr-token}\"", true)]
    [InlineData("\"${env:TOKEN}\"", true)]
    public void SecretSetting_TakesReferencesOnly(string password, bool isGood)
    {
        _folders.Write("config/base.yaml", "password: hunter2\n");
        _folders.Environment["TOKEN"] = "a";
        _folders.Vault.Set("ehr-token", Value, "anna");

        var reading = _folders.ReadOne($"source: {{ type: sample, listen: 127.0.0.1:1, password: {password} }}\n");

        Assert.Equal(isGood, reading.Definition is not null);
        Assert.All(reading.Problems, problem => Assert.Equal("a value that is not shown", problem.Found));
        Assert.DoesNotContain("hunter2", ProblemText.RenderAll([reading], file => File.ReadAllLines(_folders.PathOf(file))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256:aa")]
    [InlineData("\"${secret:ehr-token}\"")]
    public void HashOfASecret_MayStandInTheFile(string hash)
    {
        _folders.Vault.Set("ehr-token", "sha256:aa", "anna");

        var channel = Folders.Good(_folders.ReadOne($"source: {{ type: sample, listen: 127.0.0.1:1, passwordHash: {hash} }}\n"));

        Assert.Equal("sha256:aa", ((SampleSourceOptions)channel.Source.Options).PasswordHash);
    }

    [Fact]
    public void NewValue_IsTheSameVersionWithOtherReferences()
    {
        var folder = _folders.Open();
        _folders.Vault.Set("ehr-token", "one", "anna");
        var first = Read(folder, Channel);

        var again = Read(folder, Channel);
        _folders.Vault.Set("ehr-token", "two", "anna");
        var second = Read(folder, Channel);

        Assert.Equal(first.References, again.References);
        Assert.NotEqual(first.References, second.References);
        Assert.Equal(first.Version, second.Version);
        Assert.DoesNotContain("one", first.References, StringComparison.Ordinal);
        Assert.NotEqual(first.References, Folders.Good(_folders.ReadOne(Channel)).References);
    }

    [Fact]
    public void ValuesOfSecrets_AreInNoProblemAndNoTextOfTheVersion()
    {
        _folders.Vault.Set("ehr-token", Value, "anna");
        _folders.Vault.Set("short", "short", "anna");
        var clash = _folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1, password: \"${secret:short}\", connections: many }\n");
        var rejected = _folders.ReadOne("source: { type: sample, listen: 127.0.0.1:1, password: \"${secret:short}\" }\n");
        var good = _folders.ReadOne(Channel);

        Assert.Equal("a value that is not shown", Folders.Only(rejected).Found);
        Assert.DoesNotContain(clash.Problems.Concat(rejected.Problems), problem => problem.Found.Contains("short", StringComparison.Ordinal));
        Assert.DoesNotContain(good.Files, file => file.Text.Contains(Value, StringComparison.Ordinal));
        Assert.DoesNotContain(good.Definition!.Configuration, pair => pair.Value.Contains(Value, StringComparison.Ordinal));
    }

    public void Dispose() => _folders.Dispose();

    private string? Password() => ((SampleSourceOptions)Folders.Good(_folders.ReadOne(Channel)).Source.Options).Password;

    private ChannelDefinition Read(ChannelFolder folder, string yaml)
    {
        _folders.Write("clinic/registration/channel.yaml", yaml);
        return Folders.Good(folder.Read("clinic/registration")!);
    }
}
