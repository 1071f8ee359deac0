using System.Text;
using Ingester.Core.Markets;
using Ingester.Paper.Feeds;
using Ingester.Reading.Books;
using Ingester.Reading.Live;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Ingester.Tests.Paper;

/// <summary>A live stream and a replay of the same events give the same lines of the journal.</summary>
public sealed class RecorderFeedTests
{
    private const int Seconds = 1_800;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_run_and_replay_of_the_same_events_agree()
    {
        var synthetic = new SyntheticFeed(EngineRig.Start, Seconds);
        var items = new List<FeedItem>();
        await foreach (var item in synthetic.ReadAsync(Cancel))
            items.Add(item);
        var clock = new StoppedClock(EngineRig.Start - 30 * SyntheticFeed.Second);
        var sent = 0;
        await using var server = await StartAsync(async context =>
        {
            if (Interlocked.Increment(ref sent) > 1)
            {
                context.Response.StatusCode = 503;
                return;
            }

            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: {\"mark\":\"start\",\"ts\":1,\"replica\":\"a\",\"streams\":3,\"schema\":\"live-1\"}\n\n", Cancel);
            foreach (var minute in items.Where(static item => item.Stream is not null).Chunk(120)) // the streams are not in one order
                await context.Response.WriteAsync(string.Concat(minute.OrderBy(static item => item.Stream!.Dataset).Select(Line)), Cancel);
        });
        using var http = new HttpClient();
        var reported = new List<string>();
        var live = new RecorderFeed(new LiveStreamClient(http, new(server.Urls.First()), ""), [new(SyntheticFeed.Exchange, SyntheticFeed.Market, Dataset.Trades, HasBook: true)], static (_, _, _) => Task.FromResult<BookResult?>(null), new(), clock);
        live.Reported += sentence =>
        {
            lock (reported)
                reported.Add(sentence);
            if (sentence == "The recorder ended the live stream.")
                clock.Micros = EngineRig.Start + (Seconds + 5) * SyntheticFeed.Second; // everything was received
        };

        var (liveRig, replayRig) = (new EngineRig(), new EngineRig());
        await liveRig.RunLiveAsync(live, Seconds);
        await replayRig.RunAsync(synthetic, Seconds);
        var last = EngineRig.Start + Seconds * SyntheticFeed.Second;
        var (liveLines, replayLines) = (await liveRig.LinesAsync(), await replayRig.LinesAsync());
        Assert.True(replayLines.Count > 100);
        Assert.Contains(replayLines, static line => line.Contains("\"event\":\"filled\"", StringComparison.Ordinal));
        Assert.Equal(Until(replayLines, last), Until(liveLines, last));
        Assert.Equal("Live from the recorder a: 3 streams.", reported[0]);
    }

    /// <summary>The lines up to the account of the last bar.</summary>
    private static List<string> Until(List<string> lines, long micros) =>
        lines[..(lines.FindIndex(line => line.StartsWith($"{{\"ts\":{micros},\"kind\":\"account\"", StringComparison.Ordinal)) + 1)];

    private static string Line(FeedItem item) =>
        $"data: {{\"exchange\":\"{item.Stream!.Exchange}\",\"pair\":\"{item.Stream.Market}\",\"dataset\":\"{item.Stream.Dataset.Name()}\",\"row\":{Encoding.UTF8.GetString(item.Row.Span)}}}\n\n";

    private static async Task<WebApplication> StartAsync(Func<HttpContext, Task> answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Run(context => answer(context));
        await app.StartAsync(Cancel);
        return app;
    }

    /// <summary>A clock that a test sets; its timers run in real time.</summary>
    private sealed class StoppedClock(long micros) : TimeProvider
    {
        private long now = micros;

        public long Micros
        {
            set => Interlocked.Exchange(ref now, value);
        }

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(Interlocked.Read(ref now) * TimeSpan.TicksPerMicrosecond);
    }
}
