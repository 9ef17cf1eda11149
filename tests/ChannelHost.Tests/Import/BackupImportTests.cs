using System.Text;
using ChannelHost.Import;
using ChannelHost.Import.Reports;
using ChannelHost.Scripting;

namespace ChannelHost.Tests.Import;

/// <summary>What stands around channels: groups, libraries, global scripts, values, who needs whom.</summary>
public sealed class BackupImportTests
{
    private const string One = "11111111-2222-3333-4444-555555555555";
    private const string Two = "99999999-2222-3333-4444-555555555555";

    private static readonly string Backup = $"""
        <serverConfiguration version="4.5.2">
          <date>2026-01-01</date>
          <channelGroups><channelGroup version="4.5.2"><id>g</id><name>Lib</name><channels><channel version="4.5.2"><id>{One}</id><revision>1</revision></channel></channels></channelGroup></channelGroups>
          <channels>{Exports.Channel(id: One)}{Exports.Channel("Second", Two)}</channels>
          <channelTags><channelTag><id>t</id><name>urgent</name><channelIds><string>{One}</string></channelIds></channelTag></channelTags>
          <users><user><username>admin</username></user></users>
          <codeTemplateLibraries><codeTemplateLibrary version="4.5.2"><id>l</id><name>My functions</name><includeNewChannels>false</includeNewChannels><enabledChannelIds><string>{Two}</string></enabledChannelIds><disabledChannelIds/>
            <codeTemplates>
              <codeTemplate version="4.5.2"><id>c1</id><name>pad</name><contextSet><delegate><contextType>SOURCE_FILTER_TRANSFORMER</contextType><contextType>CHANNEL_DEPLOY</contextType></contextSet_></contextSet><properties class="com.mirth.connect.model.codetemplates.BasicCodeTemplateProperties"><type>FUNCTION</type><code>/** pads */
        function pad(x) {"{"} return x; {"}"}</code></properties></codeTemplate>
              <codeTemplate version="4.5.2"><id>c2</id><name>broken</name><contextSet><delegate/></contextSet><properties class="x"><type>FUNCTION</type><code>function ( {"{"}</code></properties></codeTemplate>
              <codeTemplate version="4.5.2"><id>c3</id><name>snippet</name><properties class="x"><type>DRAG_AND_DROP_CODE</type><code>var x;</code></properties></codeTemplate>
            </codeTemplates></codeTemplateLibrary></codeTemplateLibraries>
          <globalScripts><entry><string>Deploy</string><string>logger.info('all');</string></entry><entry><string>Preprocessor</string><string>return message;</string></entry></globalScripts>
          <channelDependencies><channelDependency><dependentId>{Two}</dependentId><dependencyId>{One}</dependencyId></channelDependency></channelDependencies>
          <configurationMap class="java.util.concurrent.ConcurrentHashMap"><entry><string>ehrHost</string><com.mirth.connect.util.ConfigurationProperty><value>ehr.example.org</value><comment>the EHR</comment></com.mirth.connect.util.ConfigurationProperty></entry>
            <entry><string>ehrPassword</string><com.mirth.connect.util.ConfigurationProperty><value>hush</value></com.mirth.connect.util.ConfigurationProperty></entry></configurationMap>
        </serverConfiguration>
        """.Replace("<contextType>CHANNEL_DEPLOY</contextType></contextSet_></contextSet>", "<contextType>CHANNEL_DEPLOY</contextType></delegate></contextSet>", StringComparison.Ordinal);

    [Fact]
    public void GroupsTagsAndDependencies_AreKept()
    {
        var result = Exports.Import(Backup);

        Assert.Equal(["lib-channels/adt-in", "imported/second"], result.Channels.Select(channel => channel.Name));
        Assert.Contains("Tags: urgent", result.File("lib-channels/adt-in/channel.yaml"), StringComparison.Ordinal);
        Assert.Contains("dependsOn: [lib-channels/adt-in]", result.File("imported/second/channel.yaml"), StringComparison.Ordinal);
        Assert.Contains(result.Findings, finding => finding.What.Contains("1 user(s)", StringComparison.Ordinal));
    }

    [Fact]
    public void CodeTemplates_BecomeALibrary_BrokenOnesAreLeftOutAndSaid()
    {
        var result = Exports.Import(Backup);

        var library = result.File("lib/my-functions/library.yaml");
        Assert.Contains("channels: [imported/second]", library, StringComparison.Ordinal);
        Assert.Contains("  - file: pad.js\n    contexts: [source-filter-transformer, channel-deploy]", library, StringComparison.Ordinal);
        Assert.DoesNotContain("file: broken.js", library, StringComparison.Ordinal);
        Assert.Equal("/** pads */\nfunction pad(x) { return x; }\n", result.File("lib/my-functions/pad.js"));
        Assert.Contains("var x;", result.File("lib/my-functions/snippets.md"), StringComparison.Ordinal);
        Assert.Contains(result.Findings, finding => finding is { Level: ImportLevel.Unsupported, File: "lib/my-functions/broken.js", Line: > 0, ExportLine: > 0 });
    }

    [Fact]
    public void GlobalScripts_OnlyOwnOnes()
    {
        var result = Exports.Import(Backup);

        Assert.Equal("logger.info('all');\n", result.File("global/deploy.js"));
        Assert.False(result.Has("global/preprocess.js"));
    }

    [Fact]
    public void ConfigurationMap_ValuesAndSecretsGoTheirWays()
    {
        var result = Exports.Import(Backup);

        Assert.Contains("# the EHR\nehrHost: ehr.example.org\n", result.File("config/base.yaml"), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", result.File("config/base.yaml"), StringComparison.Ordinal);
        Assert.Equal(("ehrpassword", "hush"), Assert.Single(result.Secrets.Select(secret => (secret.Name, secret.Value))));
    }

    [Fact]
    public void ConfigurationMapAsProperties_IsRead()
    {
        var result = MirthImport.Read(
            [new ImportInput("map.properties", Encoding.UTF8.GetBytes("# where\nlab.host = lab.example.org\npath=C\\:\\\\in\\u0041 \\\n  and more\n"))], new ImportOptions { HasConfiguration = true }, new ScriptCompiler());

        var values = result.File("config/imported.yaml");
        Assert.Contains("# where\nlab.host: lab.example.org\n", values, StringComparison.Ordinal);
        Assert.Contains("path: \"C:\\\\inA and more\"", values, StringComparison.Ordinal);
    }

    [Fact]
    public void ChannelWriter_NamesTheChannelHere()
    {
        const string Writer = "<properties class=\"com.mirth.connect.connectors.vm.VmDispatcherProperties\" version=\"4.5.2\"><channelId>" + Two + "</channelId><channelTemplate>${message.rawData}</channelTemplate><mapVariables><string>mrn</string></mapVariables></properties>";

        var result = Exports.Import(Exports.Channel(destination: Writer, transport: "Channel Writer"), Exports.Channel("Second", Two));

        Assert.Contains("    channel: imported/second\n    variables: [mrn]\n    content: ${message.rawData}\n", result.File("imported/adt-in/channel.yaml"), StringComparison.Ordinal);
    }
}
