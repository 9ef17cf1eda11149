using ChannelHost.Import.Reports;

namespace ChannelHost.Tests.Import;

/// <summary>Exports of older versions.</summary>
public sealed class OldExportTests
{
    [Fact]
    public void StepsBeforeThreeFive_BecomeElements()
    {
        var old = Exports.Channel().Replace("4.5.2", "3.4.1", StringComparison.Ordinal)
            .Replace("<elements></elements>", """
                <steps>
                  <step><sequenceNumber>1</sequenceNumber><name>js</name><script>var generated;</script><type>JavaScript</type><data class="map"><entry><string>Script</string><string>var own;</string></entry></data></step>
                  <step><sequenceNumber>0</sequenceNumber><name>m</name><script>x</script><type>Mapper</type><data class="map"><entry><string>Variable</string><string>mrn</string></entry><entry><string>Mapping</string><string>msg['PID'].toString()</string></entry><entry><string>DefaultValue</string><string></string></entry><entry><string>isGlobal</string><string>global</string></entry><entry><string>RegularExpressions</string><list><string-array><string>'a'</string><string>'b'</string></string-array></list></entry></data></step>
                </steps>
                """, StringComparison.Ordinal);

        var result = Exports.Import(old);

        var text = result.File("imported/adt-in/transform.js");
        Assert.Contains("globalMap.put('mrn', validate(mapping, '', [['a', 'b']]));\n\n// Step 1: js\nvar own;\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("generated", text, StringComparison.Ordinal);
    }

    [Fact]
    public void RulesBeforeThreeFive_KeepConditionAndOperator()
    {
        var old = Exports.Channel().Replace("4.5.2", "3.4.1", StringComparison.Ordinal).Replace("<filter version=\"3.4.1\"><elements></elements></filter>", """
            <filter version="3.4.1"><rules>
              <rule><sequenceNumber>0</sequenceNumber><name>a</name><type>Rule Builder</type><operator>NONE</operator><data><entry><string>Field</string><string>msg['A'].toString()</string></entry><entry><string>Equals</string><string>0</string></entry><entry><string>Values</string><list><string>'x'</string></list></entry></data></rule>
              <rule><sequenceNumber>1</sequenceNumber><name>b</name><type>JavaScript</type><operator>OR</operator><data><entry><string>Script</string><string>return false;</string></entry></data></rule>
            </rules></filter>
            """, StringComparison.Ordinal);

        var text = Exports.Import(old).File("imported/adt-in/filter.js");

        Assert.Contains("return msg['A'].toString() != 'x';", text, StringComparison.Ordinal);
        Assert.EndsWith("return filterRule1() == true || filterRule2() == true;\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ChannelOfTwoTwo_IsBroughtToTheSameForm()
    {
        var result = Exports.Import("""
            <channel>
              <id>22222222-0000-0000-0000-000000000001</id>
              <name>Old ADT</name>
              <description></description>
              <enabled>true</enabled>
              <version>2.2.1.5861</version>
              <revision>1</revision>
              <sourceConnector>
                <name>sourceConnector</name>
                <properties>
                  <property name="DataType">LLP Listener</property>
                  <property name="host">127.0.0.1</property>
                  <property name="port">26662</property>
                  <property name="messageStart">0x0B</property>
                  <property name="messageEnd">0x1C</property>
                  <property name="recordSeparator">0x0D</property>
                  <property name="charEncoding">hex</property>
                  <property name="receiveTimeout">0</property>
                  <property name="sendACK">1</property>
                  <property name="ackCodeError">AR</property>
                  <property name="responseValue">None</property>
                </properties>
                <transformer><steps><step><sequenceNumber>0</sequenceNumber><name>s</name><type>JavaScript</type><script>x</script><data class="map"><entry><string>Script</string><string>channelMap.put('a', 1);</string></entry></data></step></steps>
                  <inboundProtocol>HL7V2</inboundProtocol><outboundProtocol>HL7V2</outboundProtocol><inboundProperties/><outboundProperties/></transformer>
                <filter><rules/></filter>
                <transportName>LLP Listener</transportName><mode>SOURCE</mode><enabled>true</enabled><version>2.2.1.5861</version>
              </sourceConnector>
              <destinationConnectors>
                <connector>
                  <name>To lab</name>
                  <properties>
                    <property name="DataType">LLP Sender</property>
                    <property name="host">lab.example.org</property>
                    <property name="port">6661</property>
                    <property name="usePersistentQueues">1</property>
                    <property name="reconnectMillisecs">5000</property>
                    <property name="ackTimeout">3000</property>
                    <property name="template">${message.encodedData}</property>
                  </properties>
                  <transformer><steps/><inboundProtocol>HL7V2</inboundProtocol><outboundProtocol>HL7V2</outboundProtocol></transformer>
                  <filter><rules/></filter>
                  <transportName>LLP Sender</transportName><mode>DESTINATION</mode><enabled>true</enabled><version>2.2.1.5861</version>
                </connector>
              </destinationConnectors>
              <properties><property name="synchronous">false</property><property name="store_messages">true</property><property name="max_message_age">30</property></properties>
              <shutdownScript>logger.info('bye');</shutdownScript>
            </channel>
            """);

        var yaml = result.File("imported/old-adt/channel.yaml");
        Assert.Contains("listen: 127.0.0.1:26662", yaml, StringComparison.Ordinal);
        Assert.Contains("acknowledge: after-transform", yaml, StringComparison.Ordinal);
        Assert.Contains("repetitions: false", yaml, StringComparison.Ordinal);
        Assert.Contains("errorCode: AR", yaml, StringComparison.Ordinal);
        Assert.Contains("connect: lab.example.org:6661", yaml, StringComparison.Ordinal);
        Assert.Contains("answerTimeout: 3s", yaml, StringComparison.Ordinal);
        Assert.Contains("mode: always", yaml, StringComparison.Ordinal);
        Assert.Contains("retention: 30d", yaml, StringComparison.Ordinal);
        Assert.Contains("undeploy: undeploy.js", yaml, StringComparison.Ordinal);
        Assert.Contains("channelMap.put('a', 1);", result.File("imported/old-adt/transform.js"), StringComparison.Ordinal);
        Assert.Equal([], result.Findings.Where(finding => finding.Level == ImportLevel.Unsupported).Select(finding => finding.What));
    }
}
