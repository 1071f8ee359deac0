using System.Text.RegularExpressions;
using Ingester.Paper.Alerts;
using Ingester.Paper.Hosting;
using Ingester.Testing;

namespace Ingester.Tests.Paper;

/// <summary>
/// The program connects only to what its settings name: the store, the recorder, models and alert targets. Connections are opened in few named places, none of which has an
/// address of its own, and nothing in the program knows an order endpoint or a key of an exchange.
/// </summary>
public sealed partial class OutgoingTests
{
    private static readonly string[] Connecting = ["Alerts/TopicNotifier.cs", "Hosting/Outgoing.cs", "Models/SignedHttpModel.cs"];

    [Fact]
    public void Connections_are_opened_in_the_named_places_only() =>
        Assert.Equal(Connecting, Sources().Where(static file => Opens().IsMatch(file.Text)).Select(static file => file.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void No_address_is_written_in_the_program()
    {
        // The recording that the demo makes has the address of its snapshots as text; the help shows addresses of this machine.
        var addresses = Sources().Where(static file => file.Name != "Demo/DemoRecording.cs").SelectMany(static file => Address().Matches(file.Text).Select(static match => match.Value)).Distinct();
        Assert.DoesNotContain(addresses, static address => !address.StartsWith("http://127.0.0.1", StringComparison.Ordinal) && !address.StartsWith("https://{", StringComparison.Ordinal) && address.TrimEnd('.') is not ("http://" or "https://"));
    }

    [Fact]
    public void No_exchange_credential_and_no_order_endpoint_exists() => Assert.DoesNotContain(Sources(), static file => Trading().IsMatch(file.Text));

    [Fact]
    public void Alerts_go_to_the_configured_targets_only()
    {
        using var http = Outgoing.CreateClient();
        Assert.Empty(Outgoing.CreateNotifiers(new(), http));
        var targets = Outgoing.CreateNotifiers(new() { Webhook = new("http://127.0.0.1:1/"), Topic = "arn:aws:sns:eu-central-1:123456789012:paper" }, http);
        Assert.Equal([typeof(WebhookNotifier), typeof(TopicNotifier)], targets.Select(static target => target.GetType()));
    }

    private static IEnumerable<(string Name, string Text)> Sources()
    {
        var root = Path.Combine(Corpus.Repository, "src", "Ingester.Paper");
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories).Select(path => (Path.GetRelativePath(root, path).Replace('\\', '/'), File.ReadAllText(path)))
            .Where(static file => !file.Item1.StartsWith("obj/", StringComparison.Ordinal) && !file.Item1.StartsWith("bin/", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"new HttpClient\(|new\(new SocketsHttpHandler|HttpClientHandler|AwsQueryClient|AwsRestClient|new Socket\(|new TcpClient|ClientWebSocket|WebRequest")]
    private static partial Regex Opens();

    [GeneratedRegex(@"(?:https?|wss?)://[^""\s<,]*")]
    private static partial Regex Address();

    [GeneratedRegex(@"api[-_]?key|secret[-_]?key|/api/v\d+/order|/order/create|private/AddOrder", RegexOptions.IgnoreCase)]
    private static partial Regex Trading();
}
