using System.Text;
using ChannelHost.Import;
using ChannelHost.Scripting;

namespace ChannelHost.Tests.Import;

/// <summary>Small exports, invented, and what they become.</summary>
internal static class Exports
{
    /// <summary>A channel of 4.5 with a TCP listener and a file writer.</summary>
    public static string Channel(
        string name = "ADT In", string id = "11111111-2222-3333-4444-555555555555", string sourceElements = "", string rules = "", string destinationElements = "", string more = "",
        string responseVariable = "Auto-generate (After source transformer)", string destination = FileWriter, string transport = "File Writer", string properties = "", string source = TcpListener) => $"""
        <channel version="4.5.2">
          <id>{id}</id>
          <nextMetaDataId>3</nextMetaDataId>
          <name>{name}</name>
          <description>Takes admissions.</description>
          <revision>7</revision>
          <sourceConnector version="4.5.2">
            <metaDataId>0</metaDataId>
            <name>sourceConnector</name>
            {source.Replace("RESPONSE", responseVariable, StringComparison.Ordinal)}
            <transformer version="4.5.2">
              <elements>{sourceElements}</elements>
              <inboundDataType>HL7V2</inboundDataType>
              <outboundDataType>HL7V2</outboundDataType>
              {Hl7("inboundProperties")}
              {Hl7("outboundProperties")}
            </transformer>
            <filter version="4.5.2"><elements>{rules}</elements></filter>
            <transportName>TCP Listener</transportName>
            <mode>SOURCE</mode>
            <enabled>true</enabled>
            <waitForPrevious>true</waitForPrevious>
          </sourceConnector>
          <destinationConnectors>
            <connector version="4.5.2">
              <metaDataId>2</metaDataId>
              <name>Archive files</name>
              {destination}
              <transformer version="4.5.2">
                <elements>{destinationElements}</elements>
                <inboundDataType>HL7V2</inboundDataType>
                <outboundDataType>HL7V2</outboundDataType>
                {Hl7("inboundProperties")}
                {Hl7("outboundProperties")}
              </transformer>
              <filter version="4.5.2"><elements/></filter>
              <transportName>{transport}</transportName>
              <mode>DESTINATION</mode>
              <enabled>true</enabled>
              <waitForPrevious>true</waitForPrevious>
            </connector>
          </destinationConnectors>
          <preprocessingScript>// Modify the message variable below to pre process data
        return message;</preprocessingScript>
          <postprocessingScript>// This script executes once after a message has been processed
        return;</postprocessingScript>
          <deployScript>// This script executes once when the channel is deployed
        return;</deployScript>
          <undeployScript>return;</undeployScript>
          <properties version="4.5.2">
            <clearGlobalChannelMap>true</clearGlobalChannelMap>
            <messageStorageMode>DEVELOPMENT</messageStorageMode>
            <initialState>STARTED</initialState>
            <storeAttachments>true</storeAttachments>
            {properties}
          </properties>
          {more}
        </channel>
        """;

    public const string TcpListener = """
        <properties class="com.mirth.connect.connectors.tcp.TcpReceiverProperties" version="4.5.2">
          <pluginProperties/>
          <listenerConnectorProperties version="4.5.2"><host>127.0.0.1</host><port>26661</port></listenerConnectorProperties>
          <sourceConnectorProperties version="4.5.2"><responseVariable>RESPONSE</responseVariable><respondAfterProcessing>true</respondAfterProcessing></sourceConnectorProperties>
          <serverMode>true</serverMode>
          <receiveTimeout>0</receiveTimeout>
          <maxConnections>10</maxConnections>
          <charsetEncoding>DEFAULT_ENCODING</charsetEncoding>
        </properties>
        """;

    public const string FileWriter = """
        <properties class="com.mirth.connect.connectors.file.FileDispatcherProperties" version="4.5.2">
          <destinationConnectorProperties version="4.5.2"><queueEnabled>true</queueEnabled><sendFirst>true</sendFirst><retryIntervalMillis>10000</retryIntervalMillis></destinationConnectorProperties>
          <scheme>FILE</scheme>
          <host>/var/spool/adt</host>
          <outputPattern>${message.messageId}.hl7</outputPattern>
          <outputAppend>false</outputAppend>
          <template>${message.encodedData}</template>
        </properties>
        """;

    /// <summary>A step or rule of a JavaScript.</summary>
    public static string Script(string kind, string name, int number, string script, string more = "") =>
        $"<com.mirth.connect.plugins.{kind.ToLowerInvariant()}.{kind} version=\"4.5.2\"><name>{name}</name><sequenceNumber>{number}</sequenceNumber><enabled>true</enabled>{more}<script>{script}</script></com.mirth.connect.plugins.{kind.ToLowerInvariant()}.{kind}>";

    /// <summary>Imports exports.</summary>
    public static ImportResult Import(params string[] exports) =>
        MirthImport.Read([.. exports.Select((text, index) => new ImportInput($"export{index}.xml", Encoding.UTF8.GetBytes(text)))], new ImportOptions(), new ScriptCompiler());

    /// <summary>The text of a file that was made.</summary>
    public static string File(this ImportResult result, string name) =>
        result.Channels.SelectMany(channel => channel.Files).Concat(result.Shared).Single(file => file.Name == name).Text;

    /// <summary>Whether a file was made.</summary>
    public static bool Has(this ImportResult result, string name) =>
        result.Channels.SelectMany(channel => channel.Files).Concat(result.Shared).Any(file => file.Name == name);

    private static string Hl7(string element) => $"""
        <{element} class="com.mirth.connect.plugins.datatypes.hl7v2.HL7v2DataTypeProperties" version="4.5.2">
          <serializationProperties class="x" version="4.5.2"><handleRepetitions>true</handleRepetitions><handleSubcomponents>true</handleSubcomponents><useStrictParser>false</useStrictParser><segmentDelimiter>\r</segmentDelimiter><convertLineBreaks>true</convertLineBreaks></serializationProperties>
          <batchProperties class="x" version="4.5.2"><splitType>MSH_Segment</splitType></batchProperties>
        </{element}>
        """;
}
