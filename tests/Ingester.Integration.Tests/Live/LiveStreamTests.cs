using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Ingester.Core.Markets;
using Ingester.Core.Time;
using Ingester.Demo;
using Ingester.Integration.Tests.Recording;
using Ingester.Integration.Tests.Schemas;
using Ingester.Reading;
using Ingester.Reading.Merging;
using Ingester.Simulator;
using Ingester.Storage.Stores;

namespace Ingester.Integration.Tests.Live;

/// <summary>The program with clients of its live stream, against simulated exchanges that lose trades.</summary>
[Collection(AloneCollection.Name)]
public sealed class LiveStreamTests : IDisposable
{
    private const string Token = "a-token-of-this-test";
    private const int LostTrades = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-live-").FullName;
    private readonly ClockOptions clockOptions = new() { Epoch = TimeProvider.System.GetUtcNow(), Rate = 30 };

    private string Store => Path.Combine(folder, "store");

    [Fact]
    public async Task Rows_and_marks_of_the_live_stream_are_those_of_the_store()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance", "kraken"], Markets = 2, EventsPerSecond = 100, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        simulator.StopGenerating();
        using var replica = Start(simulator, new { Enabled = true, Interval = "00:00:00.010" });
        await replica.WaitUntilReadyAsync(cancel);
        await using var socket = await LiveSocket.ConnectAsync(replica.Address, "", cancel);
        var reading = socket.ReadToEndAsync(cancel);
        var events = ReadEventsAsync(replica.Address, "?dataset=trades&exchange=kraken", cancel);
        simulator.StartGenerating();

        await UntilSentAsync(simulator, 1_000, cancel);
        var gapped = new StreamId(Dataset.Trades, "binance", simulator.Markets("binance")[0].Name);
        simulator.DropNext(gapped, LostTrades);
        await UntilSentAsync(simulator, 2_000, cancel);
        simulator.Cut("kraken");
        await UntilSentAsync(simulator, 3_000, cancel);
        simulator.StopGenerating();
        Assert.Equal(0, await replica.StopAsync(cancel));

        var lines = (await reading).ConvertAll(LiveLine.Parse);
        Assert.All(lines, line => PublishedSchema.Validate("live-1", line.Text));
        Assert.Equal("start", lines[0].Mark);
        Assert.Equal("end", lines[^1].Mark);
        Assert.DoesNotContain(lines, line => line.Mark == "missed");
        Assert.Contains(lines, line => line is { Mark: "gap", Cause: "disconnect", Stream.Exchange: "kraken" });
        var gap = Assert.Single(lines, line => line.Mark == "gap" && line.Stream == gapped);
        Assert.Equal(LostTrades, gap.UpTo - gap.After);
        using var archive = new MarketArchive(new DirectoryStore(Store, TimeProvider.System), "");
        var compared = 0;
        foreach (var stream in simulator.Counts().Where(count => count.Sent > 0).Select(count => count.Stream))
        {
            var stored = await MergeAsync(archive, stream, cancel);
            var live = lines.Where(line => line.Row is not null && line.Stream == stream).ToList();
            Assert.Equal(stored.Order(StringComparer.Ordinal), live.Select(line => line.Row!).Order(StringComparer.Ordinal)); // late and backfilled rows come later
            if (live.TrueForAll(line => !line.IsDetached))
                Assert.Equal(stored, live.Select(line => line.Row!));
            compared += stored.Count;
        }

        Assert.InRange(compared, 2_000, int.MaxValue);
        Assert.Equal(lines.Where(line => line.Stream is { Dataset: Dataset.Trades, Exchange: "kraken" }).Select(line => line.Text), (await events)[1..^1]);
    }

    [Fact]
    public async Task Client_that_does_not_read_is_told_exactly_what_it_missed_and_nothing_is_lost_in_the_store()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        await using var simulator = await ExchangeSimulator.StartAsync(
            new() { Exchanges = ["binance"], Markets = 2, EventsPerSecond = 4_000, MarketSkew = 0, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        simulator.StopGenerating();
        using var replica = Start(simulator, new { Enabled = true, Token, MaxQueuedBytes = 1 << 20, Interval = "00:00:00.010" });
        await replica.WaitUntilReadyAsync(cancel);
        await using var slow = await LiveSocket.ConnectAsync(replica.Address, $"?token={Token}&dataset=trades,depth", cancel, receiveBuffer: 4_096);
        simulator.StartGenerating();
        using var http = new HttpClient { BaseAddress = replica.Address };
        while (await MissedAsync(http, cancel) < 1_000)
            await Task.Delay(Poll, cancel);
        var reading = slow.ReadToEndAsync(cancel);
        await Task.Delay(Poll, cancel);
        simulator.StopGenerating();
        Assert.Equal(0, await replica.StopAsync(cancel));

        var lines = (await reading).ConvertAll(LiveLine.Parse);
        Assert.Equal("end", lines[^1].Mark);
        Assert.All(lines.Where(line => line.Mark is not null), line => PublishedSchema.Validate("live-1", line.Text));
        using var archive = new MarketArchive(new DirectoryStore(Store, TimeProvider.System), "");
        var missed = 0L;
        foreach (var stream in simulator.Counts().Where(count => count.Sent > 0 && count.Stream.Dataset != Dataset.AggTrades).Select(count => count.Stream))
        {
            var stored = await MergeAsync(archive, stream, cancel);
            Assert.Equal(simulator.Truth(stream).Count(row => row.Sent), stored.Count);
            var at = 0; // what was received and what was missed are together exactly what is stored
            foreach (var line in lines.Where(line => line.Stream == stream && line.Mark is null or "missed"))
                if (line.Row is { } row)
                {
                    Assert.Equal(stored[at++], row);
                }
                else
                {
                    Assert.InRange(line.Rows, 1, stored.Count - at);
                    if (line.UpTo > 0)
                        Assert.Equal((line.After, line.UpTo), (LiveLine.RangeOf(stored[at]).After, LiveLine.RangeOf(stored[at + (int)line.Rows - 1]).UpTo));
                    missed += line.Rows;
                    at += (int)line.Rows;
                }

            Assert.Equal(stored.Count, at);
        }

        Assert.InRange(missed, 1_000, long.MaxValue);
    }

    [Fact]
    public async Task Requests_without_permission_or_with_a_wrong_query_are_refused_with_a_reason()
    {
        using var patience = new CancellationTokenSource(Patience);
        var cancel = patience.Token;
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 1, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        using var replica = Start(simulator, new { Enabled = true, Token, MaxClients = 1 });
        await replica.WaitUntilReadyAsync(cancel);
        Assert.Equal((HttpStatusCode.Unauthorized, true), await GetAsync("", "Ingester:Live:Token"));
        Assert.Equal((HttpStatusCode.Unauthorized, true), await GetAsync("?token=wrong", "Ingester:Live:Token"));
        Assert.Equal((HttpStatusCode.BadRequest, true), await GetAsync($"?token={Token}&exchange=kraken", "\"kraken\" is not recorded here. Available: binance."));
        Assert.Equal((HttpStatusCode.MisdirectedRequest, true), await GetAsync($"?token={Token}", "AllowedHosts", host: "rebound.example"));
        await using (await LiveSocket.ConnectAsync(replica.Address, $"?token={Token}", cancel))
            Assert.Equal((HttpStatusCode.ServiceUnavailable, true), await GetAsync($"?token={Token}", "Ingester:Live:MaxClients"));

        await using var next = await ConnectWhenFreeAsync();
        Assert.Contains("\"mark\":\"start\"", await next.ReadLineAsync(cancel), StringComparison.Ordinal);

        async Task<(HttpStatusCode, bool)> GetAsync(string query, string reason, string? host = null)
        {
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(replica.Address, $"/live{query}"));
            request.Headers.Host = host;
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            return (response.StatusCode, !response.IsSuccessStatusCode && (await response.Content.ReadAsStringAsync(cancel)).Contains(reason, StringComparison.Ordinal));
        }

        async Task<LiveSocket> ConnectWhenFreeAsync()
        {
            while (true)
                try
                {
                    return await LiveSocket.ConnectAsync(replica.Address, $"?token={Token}", cancel);
                }
                catch (WebSocketException) // until the recorder has noticed that the other client is gone
                {
                    await Task.Delay(Poll, cancel);
                }
        }
    }

    [Fact]
    public async Task Not_configured_it_is_not_served()
    {
        using var patience = new CancellationTokenSource(Patience);
        await using var simulator = await ExchangeSimulator.StartAsync(new() { Exchanges = ["binance"], Markets = 1, EnforceLimits = false }, SimulatedClock.Create(clockOptions));
        using var replica = Start(simulator, new { Enabled = false });
        await replica.WaitUntilReadyAsync(patience.Token);
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(replica.Address, "/live"), patience.Token);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    public void Dispose()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
            TestContext.Current.TestOutputHelper?.WriteLine($"What the recorder logged is kept in {folder}.");
        else
            Directory.Delete(folder, recursive: true);
    }

    private ReplicaProcess Start(ExchangeSimulator simulator, object live) =>
        new("a", ReplicaFile.Write(folder, simulator, clockOptions, new { Store = new { Directory = Store }, Live = live }), Path.Combine(folder, "a.log"));

    private static async Task UntilSentAsync(ExchangeSimulator simulator, long events, CancellationToken cancel)
    {
        while (simulator.Counts().Sum(count => count.Sent) < events)
            await Task.Delay(Poll, cancel);
    }

    private static async Task<double> MissedAsync(HttpClient http, CancellationToken cancel)
    {
        const string Name = "ingester_live_missed_total";
        var line = (await http.GetStringAsync("/metrics", cancel)).Split('\n').FirstOrDefault(line => line.StartsWith(Name, StringComparison.Ordinal));
        return line is null ? 0 : double.Parse(line[(line.IndexOf('}', StringComparison.Ordinal) + 1)..].Trim().Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<List<string>> MergeAsync(MarketArchive archive, StreamId stream, CancellationToken cancel)
    {
        var rows = new List<string>();
        var now = TimeProvider.System.GetUtcNow();
        await foreach (var found in archive.ReadEventsAsync([stream], now.AddDays(-1), now.AddDays(1), cancel))
            if (found.Kind == MarketEventKind.Row)
                rows.Add(Encoding.UTF8.GetString(found.Row.Span));
        return rows;
    }

    /// <summary>The data of the server-sent events until the stream ends.</summary>
    private static async Task<List<string>> ReadEventsAsync(Uri recorder, string query, CancellationToken cancel)
    {
        using var http = new HttpClient();
        using var reader = new StreamReader(await http.GetStreamAsync(new Uri(recorder, $"/live{query}"), cancel));
        var data = new List<string>();
        while (await reader.ReadLineAsync(cancel) is { } line)
        {
            Assert.True(line.Length == 0 || line.StartsWith("data: ", StringComparison.Ordinal), line);
            if (line.Length > 0)
                data.Add(line[6..]);
        }

        return data;
    }

    /// <summary>A line of the live stream.</summary>
    private sealed record LiveLine(string Text, StreamId? Stream, string? Mark, string? Cause, string? Row, bool IsDetached, long After, long UpTo, long Rows)
    {
        public static LiveLine Parse(string text)
        {
            var root = JsonDocument.Parse(text).RootElement;
            StreamId? stream = null;
            if (root.TryGetProperty("dataset", out var name) && DatasetNames.TryParse(name.GetString()!, out var dataset))
                stream = new(dataset, root.GetProperty("exchange").GetString()!, root.GetProperty("pair").GetString()!);
            return new(text, stream, Word("mark"), Word("cause"), root.TryGetProperty("row", out var row) ? row.GetRawText() : null, root.TryGetProperty("detached", out _), Number("after"), Number("upto"), Number("rows"));

            string? Word(string field) => root.TryGetProperty(field, out var value) ? value.GetString() : null;

            long Number(string field) => root.TryGetProperty(field, out var value) ? value.GetInt64() : 0;
        }

        /// <summary>The ids of a row of Binance.</summary>
        public static (long After, long UpTo) RangeOf(string row)
        {
            var root = JsonDocument.Parse(row).RootElement;
            if (root.TryGetProperty("upto", out var upTo))
                return (root.GetProperty("after").GetInt64(), upTo.GetInt64());
            var id = long.Parse(root.GetProperty("id").GetString()!, System.Globalization.CultureInfo.InvariantCulture);
            return (id - 1, id);
        }
    }
}
