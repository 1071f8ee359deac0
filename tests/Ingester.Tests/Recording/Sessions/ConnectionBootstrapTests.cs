using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Recording.Sessions;
using Ingester.Testing;
using Ingester.Testing.Fakes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Sessions;

/// <summary>An exchange that gives the address of each connection over REST.</summary>
[SuppressMessage("Reliability", "CA2025:Ensure tasks using IDisposable instances complete before the instances are disposed", Justification = "StopAsync waits for the task before the rig is disposed.")]
public sealed class ConnectionBootstrapTests
{
    private readonly ManualClock clock = new(DateTimeOffset.UnixEpoch);
    private readonly List<string> requests = [];
    private Func<HttpResponseMessage> answer = static () => Text("wss://node.fake.example/?token=1");

    [Fact]
    public async Task Address_is_requested_by_POST_before_each_connection()
    {
        using var rig = NewRig();
        var run = RunAsync(rig);
        var first = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        answer = static () => Text("wss://node.fake.example/?token=2");
        first.Abort();
        var second = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal(["wss://node.fake.example/?token=1", "wss://node.fake.example/?token=2"], rig.Server.Addresses.Select(address => address.AbsoluteUri));
        Assert.Equal(Enumerable.Repeat("""POST https://api.fake.example/v1/bullet application/json {"public":true}""", 2), requests);
        second.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Override_of_the_address_replaces_the_host_that_the_exchange_gave()
    {
        using var rig = NewRig(webSocket: "ws://box:1");
        var run = RunAsync(rig);
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("ws://box:1/?token=1", Assert.Single(rig.Server.Addresses).AbsoluteUri);
        server.Abort();
        await rig.StopAsync(run);
    }

    [Theory]
    [InlineData("wss://node.fake.example/ 7", 1_000_000_000, 7)] // with the interval of the profile the ping would never come
    [InlineData("wss://node.fake.example/", 20, 20)]
    public async Task Ping_interval_is_that_of_the_answer_and_else_that_of_the_profile(string body, int ofProfile, int seconds)
    {
        answer = () => Text(body);
        using var rig = NewRig(pingInterval: TimeSpan.FromSeconds(ofProfile));
        var run = RunAsync(rig);
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.StartsWith("+1", await rig.AdvanceUntilAsync(server.ReadAsync()), StringComparison.Ordinal);
        await server.SayAsync("ok 1");
        Assert.Equal("ping", await rig.AdvanceUntilAsync(server.ReadAsync()));
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= TimeSpan.FromSeconds(seconds));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Refused_bootstrap_request_is_retried_after_the_retry_after_time()
    {
        answer = static () =>
        {
            var refusal = new HttpResponseMessage(HttpStatusCode.TooManyRequests);
            refusal.Headers.RetryAfter = new(TimeSpan.FromSeconds(30));
            return refusal;
        };
        using var rig = NewRig();
        var run = RunAsync(rig);
        await rig.AdvanceUntilAsync(() => rig.Meter.ConnectionsFailed.TotalOf("unreachable") == 1);
        answer = static () => Text("wss://node.fake.example/");
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= TimeSpan.FromSeconds(30));
        Assert.Equal((1, 1), (rig.Server.Dials, rig.Meter.ConnectionsFailed.Total));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Retry_after_of_the_bootstrap_response_delays_the_dials_of_all_connections()
    {
        var refusals = 1;
        using var rig = new Rig
        {
            Clock = clock,
            Resolve = (endpoint, _) => refusals-- > 0
                ? throw new RestException("HTTP 429") { RetryAfter = TimeSpan.FromSeconds(30) }
                : Task.FromResult(new ConnectionAddress(endpoint)),
        };
        var run = rig.Connect(FakeExchange.Stream(Dataset.Trades, "BTC-USDT")).RunAsync(rig.Stop.Token);
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.True(clock.GetUtcNow() - DateTimeOffset.UnixEpoch >= TimeSpan.FromSeconds(30));
        Assert.Equal((1, 1), (rig.Server.Dials, rig.Meter.ConnectionsFailed.TotalOf("unreachable")));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Theory]
    [InlineData(200, "{}", "not an address")]
    [InlineData(500, "", "HTTP 500")]
    public async Task Failed_request_is_a_connection_that_cannot_be_opened_and_is_tried_again(int status, string body, string words)
    {
        answer = () => Text(body, (HttpStatusCode)status);
        using var rig = NewRig();
        var recorder = new ExchangeRecorder(rig.Context, rig.Services);
        var run = recorder.RunAsync(rig.Stop.Token);
        await rig.AdvanceUntilAsync(() => rig.Meter.ConnectionsFailed.TotalOf("unreachable") >= 2);
        await rig.AdvanceUntilAsync(() => recorder.Status.LastError?.Contains(words, StringComparison.Ordinal) == true);
        Assert.Equal(0, rig.Server.Dials);
        answer = static () => Text("wss://node.fake.example/");
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Token_in_the_address_is_not_logged()
    {
        var log = new LogLines<ConnectionEvents>();
        using var rig = NewRig(loggers: log);
        var run = RunAsync(rig);
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        await rig.AdvanceUntilAsync(() => log.Of(LogLevel.Information).Any(line => line.Contains("wss://ws.fake.example/feed", StringComparison.Ordinal)));
        Assert.DoesNotContain(Enum.GetValues<LogLevel>().SelectMany(log.Of), line => line.Contains("token", StringComparison.Ordinal));
        server.Abort();
        await rig.StopAsync(run);
    }

    [Fact]
    public async Task Exchange_without_a_bootstrap_is_dialled_at_its_endpoint()
    {
        using var rig = new Rig
        {
            Clock = clock,
            Choice = new() { Markets = ["*"] },
            Http = new(new Answering((_, _) => Task.FromResult(Text("""["BTC-USDT"]""")))),
        };
        var run = RunAsync(rig);
        var server = await rig.AdvanceUntilAsync(rig.Server.AcceptAsync());
        Assert.Equal("wss://ws.fake.example/feed", Assert.Single(rig.Server.Addresses).AbsoluteUri);
        server.Abort();
        await rig.StopAsync(run);
    }

    private static Task RunAsync(Rig rig) => new ExchangeRecorder(rig.Context, rig.Services).RunAsync(rig.Stop.Token);

    private Rig NewRig(string? webSocket = null, ILoggerFactory? loggers = null, TimeSpan? pingInterval = null)
    {
        var profile = new FakeExchange().Profile with { PingMessage = "ping", PingInterval = pingInterval ?? TimeSpan.FromSeconds(20) };
        return new()
        {
            Exchange = new BootstrappedExchange { Profile = profile },
            Clock = clock,
            Options = new() { SilenceLimit = TimeSpan.FromDays(1), RequestTimeout = TimeSpan.FromDays(1), AnswerTimeout = TimeSpan.FromDays(1) }, // the clock runs ahead of what happens
            Choice = new() { Markets = ["*"], Datasets = ["trades"], DiscoveryInterval = TimeSpan.FromDays(1), WebSocket = webSocket },
            Loggers = loggers ?? NullLoggerFactory.Instance,
            Http = new(new Answering(AnswerAsync)),
        };
    }

    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, CancellationToken stop)
    {
        if (request.RequestUri!.AbsolutePath != "/v1/bullet")
            return Text("""["BTC-USDT"]""");
        var body = request.Content is { } content ? $"{content.Headers.ContentType?.MediaType} {await content.ReadAsStringAsync(stop)}" : "";
        requests.Add($"{request.Method} {request.RequestUri} {body}");
        return answer();
    }

    private static HttpResponseMessage Text(string body, HttpStatusCode status = HttpStatusCode.OK) => new(status) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
}
