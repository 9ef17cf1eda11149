using System.Runtime.Versioning;
using ChannelHost.Storage.Secrets;
using Microsoft.Extensions.Time.Testing;

namespace ChannelHost.Tests.Storage.Secrets;

[Trait("Row", "S37")]
[SupportedOSPlatform("linux")]
public sealed class SecretVaultTests : IDisposable
{
    private const string Canary = "zebra-hunter2";

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero));
    private readonly Dictionary<string, string> _environment = [];

    private SecretSettings Settings => new()
    {
        DataFolder = _folder["data"],
        KeyFolder = _folder["home", ".config", "channelhost"],
        Keys = _environment.GetValueOrDefault(SecretSettings.KeyVariable),
        Environment = name => _environment.GetValueOrDefault(name),
    };

    private SecretVault Vault => new(Settings, _time);

    private SecretSources Sources => new(Settings);

    private string KeyFile => Directory.GetFiles(Settings.KeyFolder!).Single();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FirstSecret_MakesAKeyForItsOwnerOnly_OutsideTheDataFolder()
    {
        var made = Vault.Set("ehr", Canary, "anna");

        Assert.Equal(KeyFile, made);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(KeyFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(_folder["data", "secrets.json"]));
        Assert.Null(Vault.Set("lab", Canary, "anna"));
        Assert.Equal(Canary, Sources.Find("ehr"));
        Assert.Equal(["ehr", "lab"], Vault.List().Select(secret => secret.Name));
        Assert.Equal(("anna", _time.GetUtcNow()), (Vault.List()[0].SetBy, Vault.List()[0].SetAt));
    }

    [Fact]
    [Trait("Row", "S36")]
    public void DataFolder_HoldsNoValue()
    {
        Vault.Set("ehr", Canary, "anna");
        Vault.Rotate(dropOld: false);

        Assert.All(
            Directory.GetFiles(_folder["data"], "*", SearchOption.AllDirectories),
            file => Assert.DoesNotContain(Canary, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.OtherWrite)]
    public void KeyThatOthersMayUse_IsRefused(UnixFileMode more)
    {
        Vault.Set("ehr", Canary, "anna");
        File.SetUnixFileMode(KeyFile, Mode(KeyFile) | more);

        var fault = Assert.Throws<SecretException>(() => Sources.Find("ehr"));

        Assert.Contains($"chmod 600 {KeyFile}", fault.Wanted, StringComparison.Ordinal);
        Assert.Equal(fault.Message, Sources.KeyFault?.Message);
        Assert.Throws<SecretException>(() => Vault.Set("lab", Canary, "anna"));
        Assert.Throws<SecretException>(() => Vault.Rotate(dropOld: false));
    }

    [Fact]
    public void MissingKey_IsRefused_AndNoNewOneIsMadeOverWhatItKept()
    {
        Vault.Set("ehr", Canary, "anna");
        var (key, text) = (KeyFile, File.ReadAllText(KeyFile));
        File.Delete(key);

        Assert.Contains(key, Assert.Throws<SecretException>(() => Sources.Find("ehr")).Message, StringComparison.Ordinal);
        Assert.Throws<SecretException>(() => Vault.Set("lab", Canary, "anna"));
        Assert.Throws<SecretException>(() => Vault.Rotate(dropOld: false));
        File.WriteAllText(key, text);
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(Canary, Sources.Find("ehr"));
    }

    [Fact]
    public void WrongKey_IsNamed()
    {
        Vault.Set("ehr", Canary, "anna");
        var id = Vault.List()[0].KeyId;
        _environment[SecretSettings.KeyVariable] = Convert.ToBase64String(new byte[32]);

        var fault = Assert.Throws<SecretException>(() => Sources.Find("ehr"));

        Assert.Contains($"encrypted with the key {id}", fault.Found, StringComparison.Ordinal);
        Assert.Contains("the variable CHANNELHOST_KEY", fault.Found, StringComparison.Ordinal);
        Assert.Null(Sources.KeyFault);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not base64")]
    [InlineData("c2hvcnQ=")]
    public void WhatIsNoKey_IsRefused(string text)
    {
        Vault.Set("ehr", Canary, "anna");
        File.WriteAllText(KeyFile, text);

        Assert.Contains("does not hold keys", Assert.Throws<SecretException>(() => Sources.Find("ehr")).Message, StringComparison.Ordinal);
        Assert.NotNull(Sources.KeyFault);
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void Rotation_LosesNothing_AndKeepsTheOldKeyUnlessToldOtherwise(bool dropOld, int keys)
    {
        Vault.Set("ehr", Canary, "anna");
        Vault.Set("lab", "other", "bert");
        var before = Vault.List();

        var (count, key) = Vault.Rotate(dropOld);

        Assert.Equal(2, count);
        Assert.NotEqual(before[0].KeyId, key);
        Assert.Equal((Canary, "other"), (Sources.Find("ehr"), Sources.Find("lab")));
        Assert.Equal(before.Select(secret => secret with { KeyId = key }), Vault.List());
        Assert.Equal(keys, File.ReadLines(KeyFile).Count(line => line[0] != '#'));
    }

    [Fact]
    public void CopyOfTheDataFromBeforeARotation_CanStillBeRead()
    {
        Vault.Set("ehr", Canary, "anna");
        var copy = File.ReadAllBytes(_folder["data", "secrets.json"]);
        Vault.Rotate(dropOld: false);

        File.WriteAllBytes(_folder["data", "secrets.json"], copy);

        Assert.Equal(Canary, Sources.Find("ehr"));
    }

    [Fact]
    public void KeysOfTheEnvironment_RotateToTheFirst()
    {
        var (old, next) = (Convert.ToBase64String(Enumerable.Repeat((byte)1, 32).ToArray()), Convert.ToBase64String(Enumerable.Repeat((byte)2, 32).ToArray()));
        _environment[SecretSettings.KeyVariable] = old;
        Vault.Set("ehr", Canary, "anna");
        _environment[SecretSettings.KeyVariable] = $"{next},{old}";

        Vault.Rotate(dropOld: false);

        _environment[SecretSettings.KeyVariable] = next;
        Assert.Equal(Canary, Sources.Find("ehr"));
        Assert.False(Directory.Exists(Settings.KeyFolder));
    }

    [Fact]
    public async Task ReaderDuringRotations_AlwaysFindsTheValue()
    {
        Vault.Set("ehr", Canary, "anna");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var rotations = Task.Run(() =>
        {
            for (var i = 0; i < 50; i++)
            {
                Vault.Rotate(dropOld: false);
            }

            stop.Cancel();
        }, TestContext.Current.CancellationToken);

        var reads = 0;
        while (!stop.IsCancellationRequested)
        {
            Assert.Equal(Canary, Sources.Find("ehr"));
            reads++;
        }

        await rotations;
        Assert.True(reads > 0);
        Assert.Equal(51, File.ReadLines(KeyFile).Count(line => line[0] != '#'));
    }

    [Fact]
    public void EntryUnderAnotherName_OrTouched_IsRefused()
    {
        Vault.Set("ehr", Canary, "anna");
        Vault.Set("lab", "other", "anna");
        var path = _folder["data", "secrets.json"];
        var text = File.ReadAllText(path);

        File.WriteAllText(path, text.Replace("\"ehr\"", "\"x\"", StringComparison.Ordinal).Replace("\"lab\"", "\"ehr\"", StringComparison.Ordinal));
        Assert.Contains("damaged or changed", Assert.Throws<SecretException>(() => Sources.Find("ehr")).Message, StringComparison.Ordinal);
        File.WriteAllText(path, text.Replace("anna", "bert", StringComparison.Ordinal));
        Assert.Contains("damaged or changed", Assert.Throws<SecretException>(() => Sources.Find("ehr")).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "{}");
        Assert.Contains("no file of secrets", Assert.Throws<SecretException>(() => Sources.Find("ehr")).Message, StringComparison.Ordinal);
        Assert.Throws<SecretException>(() => Vault.Set("ehr", Canary, "anna"));
    }

    [Theory]
    [InlineData("../key", "x")]
    [InlineData(".hidden", "x")]
    [InlineData("", "x")]
    [InlineData("ehr", "")]
    [InlineData("ehr", "a\0b")]
    public void BadNameOrValue_IsRefused(string name, string value) =>
        Assert.Throws<SecretException>(() => Vault.Set(name, value, "anna"));

    [Fact]
    public void RemovedSecret_IsGone()
    {
        Vault.Set("ehr", Canary, "anna");

        Assert.True(Vault.Remove("ehr"));
        Assert.False(Vault.Remove("ehr"));
        Assert.Contains("not set", Assert.Throws<SecretException>(() => Sources.Find("ehr")).Message, StringComparison.Ordinal);
    }

    private static UnixFileMode Mode(string path) => new FileInfo(path).UnixFileMode;
}
