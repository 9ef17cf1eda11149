using System.Text.RegularExpressions;
using ChannelHost.Import.Drafts;
using ChannelHost.Import.Reading;
using ChannelHost.Import.Yaml;

namespace ChannelHost.Import.Connectors;

/// <summary>HTTP Listener: <c>http</c>.</summary>
internal sealed class HttpListener : IConnectorConversion
{
    public string PropertiesClass => "HttpReceiverProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "http", properties);
        draft.Yaml.Set("listen", ListenAddress.Of(draft, "80"), properties.Peek("listenerConnectorProperties"));
        var path = properties.Word("contextPath");
        draft.Yaml.Set("path", Rest(draft.Fixed(path, properties.Find("contextPath"))), properties.Find("contextPath"));
        draft.Yaml.Set("methods", new YamlWords(["GET", "POST", "PUT", "PATCH", "DELETE"]));
        draft.Yaml.Set("multipart", "whole", properties.Find("parseMultipart"));
        if (properties.Flag("xmlBody"))
        {
            draft.Yaml.Set("message", "request-xml", properties.Find("xmlBody"));
            if (!properties.Flag("includeMetadata"))
            {
                draft.Yaml.Set("requestMetadata", "false", properties.Find("includeMetadata"));
            }

            if (properties.Flag("parseMultipart"))
            {
                draft.Note(properties.Find("parseMultipart"), "multipart requests were taken apart into Part elements; here Content holds them whole");
            }
        }

        Answers(draft);
        HttpAuthentication.Convert(draft);
        if (properties.Find("staticResources") is { Children.Count: > 0 } resources)
        {
            draft.Channel.Keep(ImportLevel.Decision, resources.MarkAll(), "static files that the listener handed out are not taken over: a web server does that");
        }

        draft.ReadCharset("charset");
        properties.Skip("includeMetadata", "binaryMimeTypes", "binaryMimeTypesRegex", "timeout", "staticResources");
    }

    // The listener there took everything below its path.
    private static string Rest(string path) => $"/{path.Trim('/')}{(path.Trim('/').Length > 0 ? "/" : "")}{{*rest}}";

    private static void Answers(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var headers = new List<YamlBlock>();
        var type = properties.Find("responseContentType");
        if (type?.Text.Trim() is { Length: > 0 } text)
        {
            if (text.Contains('$', StringComparison.Ordinal))
            {
                headers.Add(new YamlBlock { Origin = type }.Set("name", "Content-Type").Set("value", ConnectorDraft.Template(text)));
            }
            else
            {
                draft.Yaml.Set("answerType", text, type);
            }
        }

        draft.Yaml.Set("errorStatus", "500").Set("destinationErrorStatus", "500");
        var status = properties.Word("responseStatusCode");
        if (status == "200")
        {
            draft.Yaml.Set("filteredStatus", status, properties.Find("responseStatusCode"));
        }
        else if (status.Length > 0)
        {
            // One that is no number there is 200 for a good message and 500 for a failed one, as here.
            draft.Yaml.Set("answerStatus", ConnectorDraft.Template(status), properties.Find("responseStatusCode"));
        }

        var named = properties.Find("responseHeaders") ?? properties.Find("responseHeadersMap");
        if (properties.Flag("useResponseHeadersVariable"))
        {
            draft.Yaml.Set("answerHeadersFrom", properties.Word("responseHeadersVariable") is { Length: > 0 } variable ? variable : null, properties.Find("responseHeadersVariable"));
        }
        else
        {
            headers.AddRange(HttpSender.Pairs(named).Select(pair => new YamlBlock { Origin = pair.At }.Set("name", pair.Key).Set("value", ConnectorDraft.Template(pair.Value))));
        }

        if (headers.Count > 0)
        {
            draft.Yaml.Set("answerHeaders", new YamlBlocks(headers), named);
        }

        draft.Expect("responseDataTypeBinary", "answers were base64 text that was sent as bytes", "false");
        properties.Skip("responseHeaders", "responseHeadersMap", "responseHeadersVariable");
    }
}

/// <summary>Who may send to an HTTP listener.</summary>
internal static class HttpAuthentication
{
    /// <summary>Takes over Basic authentication; says what cannot be.</summary>
    public static void Convert(ConnectorDraft draft)
    {
        foreach (var plugin in draft.Properties.Find("pluginProperties")?.All() ?? [])
        {
            if (!plugin.Name.EndsWith("HttpAuthProperties", StringComparison.Ordinal))
            {
                continue;
            }

            switch (plugin.Word("authType"))
            {
                case "" or "NONE":
                    break;
                case "BASIC":
                    Users(draft, plugin);
                    break;
                case var other:
                    draft.Channel.Keep(ImportLevel.Unsupported, plugin, $"the authentication {other} is not there: anybody could send; API keys, tokens and users (Basic) are");
                    draft.Channel.Obstacles.Add("authentication");
                    break;
            }

            plugin.MarkAll();
        }
    }

    private static void Users(ConnectorDraft draft, ExportElement plugin)
    {
        var users = new List<YamlBlock>();
        foreach (var entry in plugin.Find("credentials")?.All("entry") ?? [])
        {
            if (entry.All() is [var user, var password])
            {
                users.Add(new YamlBlock { Origin = entry }.Set("name", user.Text.Trim()).Set("hash", draft.Secret(password.Text, password, $"user-{user.Text}", hashed: true)));
            }
        }

        if (plugin.Flag("isUseCredentialsVariable"))
        {
            draft.Decide(plugin, "the users come from a variable: list them under auth");
        }

        draft.Yaml.Set("auth", new YamlBlock { Origin = plugin }.Set("users", new YamlBlocks(users)), plugin);
    }
}

/// <summary>HTTP Sender: <c>http</c>.</summary>
internal sealed partial class HttpSender : IConnectorConversion
{
    public string PropertiesClass => "HttpDispatcherProperties";

    public void Convert(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        draft.Yaml.Set("type", "http", properties);
        var method = properties.Word("method") is { Length: > 0 } word ? word.ToUpperInvariant() : "POST";
        Url(draft, method);
        draft.Yaml.Set("method", method, properties.Find("method"));
        if (properties.Word("contentType") is { Length: > 0 } type)
        {
            if (type.Contains('$', StringComparison.Ordinal))
            {
                draft.Decide(properties.Find("contentType"), $"the content type was chosen for each message ({ConnectorDraft.Short(type)}); here it is fixed");
            }
            else
            {
                draft.Yaml.Set("contentType", type, properties.Find("contentType"));
            }
        }

        Headers(draft);
        if (method is not ("GET" or "DELETE" or "HEAD") && !draft.Yaml.Has("content"))
        {
            draft.Content("content");
        }

        Credentials(draft);
        draft.SetTime("timeout", "socketTimeout", 100, 3_600_000, milliseconds => milliseconds == 0 ? 3_600_000 : milliseconds);
        draft.Yaml.Set("success", new YamlWords(["2xx", "3xx"])).Set("retry", new YamlWords(["4xx", "5xx"])).Set("keyHeader", "");
        if (properties.Flag("useProxyServer"))
        {
            draft.Yaml.Set("proxy", draft.Fixed($"http://{properties.Word("proxyAddress")}:{properties.Word("proxyPort")}", properties.Find("proxyAddress")), properties.Find("proxyAddress"));
        }

        draft.Expect("multipart", "the message was sent as multipart/form-data; here it is sent as it is", "false");
        draft.Expect("dataTypeBinary", "the message was base64 text that was sent as bytes", "false");
        draft.Expect("responseXmlBody", "scripts saw the answer as XML with its headers (HttpResponse); here they see its body", "false");
        draft.ReadCharset("charset");
        properties.Skip(
            "content", "proxyAddress", "proxyPort", "responseParseMultipart", "responseIncludeMetadata", "responseBinaryMimeTypes", "responseBinaryMimeTypesRegex", "usePreemptiveAuthentication");
    }

    private static void Url(ConnectorDraft draft, string method)
    {
        var properties = draft.Properties;
        var host = properties.Find("host");
        var url = host?.Text.Trim() ?? "";
        var parameters = Pairs(properties.Find("parameters") ?? properties.Find("parametersMap")).ToList();
        var isForm = method is not ("GET" or "DELETE") && properties.Word("contentType").StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) && properties.Word("content").Length == 0;
        if (parameters.Count > 0 && !isForm)
        {
            url += (url.Contains('?', StringComparison.Ordinal) ? "&" : "?") + string.Join('&', parameters.Select(pair => $"{pair.Key}={pair.Value}"));
        }
        else if (parameters.Count > 0)
        {
            draft.Yaml.Set("content", ConnectorDraft.Template(string.Join('&', parameters.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={pair.Value}"))), properties.Find("parameters"));
            draft.Decide(properties.Find("parameters"), "parameters were sent as a form: they stand in content now, where values are not percent-encoded");
        }

        if (properties.Flag("useParametersVariable") && properties.Word("parametersVariable").Length > 0)
        {
            draft.Decide(properties.Find("parametersVariable"), $"parameters come from the variable {properties.Word("parametersVariable")}: put them into url");
        }

        properties.Skip("parameters", "parametersMap", "parametersVariable", "useParametersVariable");

        url = WithoutUser(draft, url, host);

        // What stands before the path cannot be chosen by a message without saying which hosts it may choose.
        var scheme = url.IndexOf("://", StringComparison.Ordinal);
        var end = url.IndexOf('/', scheme >= 0 ? scheme + 3 : 0);
        var (site, rest) = end < 0 ? (url, "") : (url[..end], url[end..]);
        if (site.Length == 0)
        {
            draft.Decide(host, "there is no URL to send to");
            draft.Await("a URL");
            site = "https://to-be-decided.invalid";
        }
        else if (scheme > 0 && ConnectorDraft.Reference().Matches(site).Any(match => !draft.Channel.World.Configuration.ContainsKey(match.Groups["name"].Value)))
        {
            draft.Decide(host, $"the host is chosen for each message ({ConnectorDraft.Short(site)}): name the hosts that it may be under allowedHosts");
            draft.Await("the hosts");
            draft.Yaml.Set("url", ConnectorDraft.Template(url), host).Set("allowedHosts", new YamlWords(["to-be-decided.invalid"]));
            return;
        }

        draft.Yaml.Set("url", draft.Fixed(site, host, "https://to-be-decided.invalid") + ConnectorDraft.Template(rest), host);
    }

    // A user in the URL is who connects: it must not stand in channel.yaml, nor in what is shown of an address.
    private static string WithoutUser(ConnectorDraft draft, string url, ExportElement? host)
    {
        if (UserInfo().Match(url) is not { Success: true } match || host is null)
        {
            return url;
        }

        if (draft.Properties.Flag("useAuthentication"))
        {
            draft.Decide(host, "the URL names a user beside the one of the authentication: it is left out");
        }
        else
        {
            var (user, password) = (match.Groups["user"].Value, match.Groups["password"].Value);
            draft.Yaml.Set(
                "auth",
                new YamlBlock { Origin = host }
                    .Set("user", draft.Fixed(Uri.UnescapeDataString(user), host), host)
                    .Set("password", draft.Secret(Uri.UnescapeDataString(password), host, "password"), host),
                host);
        }

        return url.Remove(match.Index, match.Length);
    }

    [GeneratedRegex(@"(?<=^[A-Za-z]+://)(?<user>[^:/@?]*)(?::(?<password>[^/?]*))?@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"^\s*(?:(?:Bearer|Basic|Token|ApiKey)\s+)?\$!?\{[^{}]*\}\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex OnlyFilledIn();

    /// <summary>The headers that are sent.</summary>
    internal static void Headers(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        var headers = properties.Find("headers") ?? properties.Find("headersMap");
        var blocks = Pairs(headers).Where(pair => pair.Value.Length > 0 && !string.Equals(pair.Key, "Content-Type", StringComparison.OrdinalIgnoreCase)).Select(pair =>
        {
            // What is filled in for each message as a whole (after a word such as Bearer) is no secret of the export.
            if (SecretWords.Are(pair.Key) && !OnlyFilledIn().IsMatch(pair.Value))
            {
                draft.Decide(pair.At, $"the header {pair.Key} holds a secret: it is kept as one, and left out of headers; set it under auth");
                draft.Secret(pair.Value, pair.At, $"header-{pair.Key}");
                return null;
            }

            return new YamlBlock { Origin = pair.At }.Set("name", pair.Key).Set("value", ConnectorDraft.Template(pair.Value));
        }).OfType<YamlBlock>().ToList();
        if (blocks.Count > 0)
        {
            draft.Yaml.Set("headers", new YamlBlocks(blocks), headers);
        }

        if (properties.Flag("useHeadersVariable") && properties.Word("headersVariable").Length > 0)
        {
            draft.Decide(properties.Find("headersVariable"), $"headers come from the variable {properties.Word("headersVariable")}: list them under headers");
        }

        properties.Skip("headersVariable", "useHeadersVariable");
    }

    /// <summary>Who sends.</summary>
    internal static void Credentials(ConnectorDraft draft)
    {
        var properties = draft.Properties;
        if (!properties.Flag("useAuthentication"))
        {
            properties.Skip("authenticationType", "username", "password");
            return;
        }

        if (properties.Word("authenticationType") is var kind and not ("Basic" or ""))
        {
            draft.Refuse(properties.Find("authenticationType"), $"the authentication {kind} is not there: Basic, tokens and API keys are");
        }

        var user = properties.Find("username");
        draft.Yaml.Set("auth", new YamlBlock { Origin = user }.Set("user", draft.Fixed(user?.Text ?? "", user), user).Set("password", draft.Secret("password", "password"), properties.Find("password")), properties.Find("useAuthentication"));
        properties.Skip("password");
    }

    /// <summary>A map of lists: each name with each of its values.</summary>
    internal static IEnumerable<(string Key, string Value, ExportElement At)> Pairs(ExportElement? map)
    {
        map?.Skip("comparator", "default");
        foreach (var entry in map?.All("entry") ?? [])
        {
            if (entry.All() is not [var key, var value])
            {
                continue;
            }

            foreach (var each in value.Children.Count > 0 ? value.All() : [value])
            {
                yield return (key.Text.Trim(), each.Text, entry);
            }
        }
    }
}
