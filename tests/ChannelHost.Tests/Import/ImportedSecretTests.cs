using ChannelHost.Import;
using ChannelHost.Import.Connectors;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Reports;

namespace ChannelHost.Tests.Import;

/// <summary>Secrets of an export are in no file that is written, wherever they stood.</summary>
public sealed class ImportedSecretTests
{
    private const string Yaml = "imported/adt-in/channel.yaml";

    [Theory]
    [InlineData("jdbc:mysql://root:s3cret@db/x", "Server=db;Database=x")]
    [InlineData("jdbc:mysql://root:s3cret@db:3307/x", "Server=db;Port=3307;Database=x")]
    [InlineData("jdbc:postgresql://db:5433/x?user=root&password=s3cret", "Host=db;Port=5433;Database=x")]
    [InlineData("jdbc:sqlserver://db;databaseName=x;user=root;password=s3cret", "Server=db;Database=x")]
    public void UserInADatabaseUrl_IsReadAndThePasswordIsASecret(string url, string connection)
    {
        var result = Exports.Import(Exports.Channel(destination: Database(url), transport: "Database Writer"));

        var yaml = result.File(Yaml);
        Assert.Contains(connection, yaml, StringComparison.Ordinal);
        Assert.Contains("user: root\n", yaml, StringComparison.Ordinal);
        AssertHidden(result, "s3cret");
    }

    [Theory]
    [InlineData("jdbc:mysql://root:a/b@c@db/x")]
    [InlineData("jdbc:oracle://root:a/b@c@db/x")]
    public void OddPasswordInADatabaseUrl_IsNotShown(string url)
    {
        var result = Exports.Import(Exports.Channel(destination: Database(url), transport: "Database Writer"));

        foreach (var text in Texts(result))
        {
            Assert.DoesNotContain("a/b", text, StringComparison.Ordinal);
            Assert.DoesNotContain("c@db", text, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("jdbc:postgresql://db/x?sslmode=verify-full&currentSchema=adt", "Host=db;Database=x;SSL Mode=VerifyFull;Search Path=adt", null)]
    [InlineData("jdbc:mysql://db/x?useSSL=false", "Server=db;Database=x;SslMode=None", null)]
    [InlineData("jdbc:sqlserver://db;instanceName=LAB;databaseName=x;encrypt=true;trustServerCertificate=true", @"Server=db\LAB;Database=x;Encrypt=true;TrustServerCertificate=true", null)]
    [InlineData("jdbc:jtds:sqlserver://db:1433/x;useNTLMv2=true;domain=clinic", "Server=db,1433;Database=x", "useNTLMv2, domain")]
    public void OptionsOfADatabaseUrl_AreTranslatedOrNamed(string url, string connection, string? untranslated)
    {
        var address = JdbcAddress.Read(url)!;
        var result = Exports.Import(Exports.Channel(destination: Database(url), transport: "Database Writer"));

        Assert.Equal(connection, address.Connection);
        Assert.Equal(untranslated is not null, result.Findings.Any(finding => finding.What.Contains($"the options {untranslated} of the database's address", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Cookie", "session=s3cret")]
    [InlineData("Proxy-Authorization", "Basic s3cret")]
    [InlineData("Ocp-Apim-Subscription-Key", "s3cret")]
    [InlineData("Authorization", "Basic s3cret ${more}")]
    [InlineData("X-Api-Key", "s3cret${more}")]
    public void HeaderWithASecret_IsASecret(string name, string value)
    {
        var result = Exports.Import(Exports.Channel(destination: Http("https://ehr.example.org/x", name, value), transport: "HTTP Sender"));

        AssertHidden(result, "s3cret");
    }

    [Fact]
    public void HeaderThatEachMessageFillsIn_Stays()
    {
        var result = Exports.Import(Exports.Channel(destination: Http("https://ehr.example.org/x", "Authorization", "Bearer ${token}"), transport: "HTTP Sender"));

        Assert.Contains("Bearer ${token}", result.File(Yaml), StringComparison.Ordinal);
        Assert.Empty(result.Secrets);
    }

    [Fact]
    public void UserInAnHttpUrl_BecomesAuthentication()
    {
        var result = Exports.Import(Exports.Channel(destination: Http("https://root:s3cret@ehr.example.org/x", "A", "b"), transport: "HTTP Sender"));

        Assert.Contains("url: https://ehr.example.org/x\n", result.File(Yaml), StringComparison.Ordinal);
        Assert.Contains("user: root\n", result.File(Yaml), StringComparison.Ordinal);
        AssertHidden(result, "s3cret");
    }

    [Theory]
    [InlineData("password=s3cret;x=1")]
    [InlineData("https://root:s3cret@db/x")]
    [InlineData("jdbc:mysql://root:s3cret@db/x")]
    [InlineData("Authorization is Bearer s3cretToken.abc")]
    [InlineData("Basic s3cretQ=")]
    [InlineData("pwd: 's3cret'")]
    public void SecretInAValue_IsNotInTheReport(string text)
    {
        var element = ExportReader.Read(System.Text.Encoding.UTF8.GetBytes($"<a><note>{text}</note></a>"));

        Assert.DoesNotContain("s3cret", MaskedXml.Of(element), StringComparison.Ordinal);
    }

    [Fact]
    public void ScriptInTheReport_IsPlaceAndLength()
    {
        var element = ExportReader.Read("<a>\n<code>var k = 's3cret';</code></a>"u8.ToArray());

        Assert.Equal("<a><code>(17 characters at line 2)</code></a>", MaskedXml.Of(element));
    }

    [Fact]
    public void ConfigurationKeyWithTwoValues_BothPlacesAreNamed()
    {
        var result = MirthImport.Read(
            [new ImportInput("a.properties", "lab.host = one\nsame = x\n"u8.ToArray()), new ImportInput("b.properties", "same = x\nlab.host = two\n"u8.ToArray())],
            new ImportOptions(),
            new ChannelHost.Scripting.ScriptCompiler());

        var finding = Assert.Single(result.Findings, finding => finding.What.Contains("has another value", StringComparison.Ordinal));
        Assert.Contains("lab.host has another value here than in a.properties, line 1", finding.What, StringComparison.Ordinal);
        Assert.Contains("b.properties, line 2", finding.What, StringComparison.Ordinal);
        Assert.Equal(ImportLevel.Decision, finding.Level);
    }

    private static void AssertHidden(ImportResult result, string secret)
    {
        Assert.Contains(result.Secrets, kept => kept.Value.Contains(secret, StringComparison.Ordinal));
        foreach (var text in Texts(result))
        {
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        }
    }

    private static IEnumerable<string> Texts(ImportResult result) =>
    [
        .. result.Channels.SelectMany(channel => channel.Files).Concat(result.Shared).Select(file => file.Text),
        .. result.Findings.Select(finding => $"{finding.What} {finding.Xml}"),
    ];

    private static string Database(string url) =>
        $"<properties class=\"com.mirth.connect.connectors.jdbc.DatabaseDispatcherProperties\" version=\"4.5.2\"><driver>x</driver><url>{System.Security.SecurityElement.Escape(url)}</url><username/><password/><query>INSERT INTO t VALUES (1)</query></properties>";

    private static string Http(string url, string name, string value) =>
        $"<properties class=\"com.mirth.connect.connectors.http.HttpDispatcherProperties\" version=\"4.5.2\"><host>{url}</host><method>post</method><headers class=\"linked-hash-map\"><entry><string>{name}</string><list><string>{value}</string></list></entry></headers><content>${{message.encodedData}}</content></properties>";
}
