using System.Net;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Exchanges;
using Ingester.Recording.Configuration;
using Ingester.Recording.Limits;
using Ingester.Recording.Rest;
using Ingester.Recording.Snapshots;
using Ingester.Testing.Fakes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Ingester.Tests.Recording.Snapshots;

/// <summary>Books over REST: within the budget that the exchange reads back, and never in the way of changes.</summary>
public sealed class SnapshotFetcherTests : IDisposable
{
    private readonly WatchRig rig = new();
    private readonly List<string> asked = [];
    private Func<HttpResponseMessage> answer = () => throw new HttpRequestException("no route");

    [Fact]
    public async Task Failed_snapshot_is_fetched_again_and_diffs_are_recorded_meanwhile()
    {
        rig.Diff(100, 105);
        using var stop = new CancellationTokenSource();
        using var budgets = Context.NewRateLimits();
        var run = Task.WhenAll(new SnapshotFetcher(Context, Desk(budgets), rig.Plan, new(rig.Meter, NullLogger<SnapshotEvents>.Instance)).Start(stop.Token));
        await UntilAsync(() => rig.Meter.SnapshotsFetched.TotalOf("failed") >= 2);
        rig.Diff(105, 110);
        answer = () => Body("<html>");
        await UntilAsync(() => rig.Meter.SnapshotsFetched.TotalOf("failed") >= 3);
        rig.Diff(110, 115);
        answer = () => Body("""{"lastUpdateId":112,"bids":[],"asks":[]}""");
        await UntilAsync(() => rig.Meter.SnapshotsFetched.TotalOf("stored") == 1);
        await stop.CancelAsync();
        await run.WaitAsync(FakeServer.Deadline);
        Assert.Equal(112, Assert.Single(rig.Output.Books).Book.LastId);
        Assert.Equal("https://api.binance.com/api/v3/depth?symbol=BTCUSDT&limit=1000", asked[0]);
        rig.Lane.Close();
        Assert.Equal(3, Assert.Single(rig.Output.Segments).Segment.Count);
    }

    [Fact]
    public async Task No_request_is_sent_for_the_rest_of_the_minute_when_the_exchange_reports_a_nearly_used_budget()
    {
        using var budgets = Context.NewRateLimits();
        var desk = Desk(budgets);
        answer = () => Spent(4_799);
        await desk.GetAsync(Request, CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, budgets.Requests.AcquireOrDelay());
        answer = () => Spent(4_800);
        await desk.GetAsync(Request, CancellationToken.None);
        Assert.Equal(0.8, budgets.UsedShare);
        Assert.InRange(budgets.Requests.AcquireOrDelay(), TimeSpan.FromSeconds(59), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData(429, "7", 7)]
    [InlineData(418, null, 60)]
    public async Task Refusal_holds_everybody_off(int status, string? header, int seconds)
    {
        using var budgets = Context.NewRateLimits();
        answer = () =>
        {
            var refusal = new HttpResponseMessage((HttpStatusCode)status);
            if (header is not null)
                refusal.Headers.Add("Retry-After", header);
            return refusal;
        };
        await Assert.ThrowsAsync<RestException>(() => Desk(budgets).GetAsync(Request, CancellationToken.None));
        Assert.InRange(budgets.Requests.AcquireOrDelay(), TimeSpan.FromSeconds(seconds - 1), TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"lastUpdateId":1,"bids":[]}""")]
    [InlineData("""{"lastUpdateId":1.5,"bids":[],"asks":[]}""")]
    [InlineData("""{"lastUpdateId":1,"bids":[["a","1"]],"asks":[]}""")]
    [InlineData("""{"code":-1121,"msg":"Invalid symbol."}""")]
    public void Body_that_is_no_book_is_a_fault_in_words(string body) =>
        Assert.NotEmpty(Assert.Throws<System.Text.Json.JsonException>(() => Source.Parse(Encoding.UTF8.GetBytes(body))).Message);

    [Fact]
    public void Body_is_read_with_its_digits_and_the_time_of_futures()
    {
        var book = Source.Parse("""{ "lastUpdateId": 7, "E":5, "T":1761350400123, "bids": [ ["1.50", "2.000", []] ], "asks":[["2","1"]] }"""u8);
        Assert.Equal((7, 1_761_350_400_123_000, """[["1.50","2.000"]]""", """[["2","1"]]"""),
            (book.LastId, book.Micros!.Value, Encoding.UTF8.GetString(book.Bids), Encoding.UTF8.GetString(book.Asks)));
    }

    public void Dispose() => rig.Dispose();

    private static SnapshotEndpoint Source => ExchangeCatalog.Find("binance-futures")!.Profile.Book.SnapshotEndpoint!;

    private static RestRequest Request => new(new("https://api.binance.com/api/v3/depth"), 5);

    private ExchangeContext Context => new()
    {
        Exchange = rig.Exchange,
        ExchangeOptions = new() { Markets = ["*"] },
        Options = new() { RequestTimeout = TimeSpan.FromDays(1) },
        Clock = rig.Clock,
        Seed = 1,
    };

    private HttpClient Http => new(new Answering((request, _) =>
    {
        asked.Add(request.RequestUri!.AbsoluteUri);
        return Task.FromResult(answer());
    }));

    private RateLimitedRestClient Desk(ExchangeRateLimits budgets) => new(Context, new(Context, Http, new(NullLogger<RestEvents>.Instance)), budgets);

    private static HttpResponseMessage Body(string text) => new() { Content = new StringContent(text) };

    private static HttpResponseMessage Spent(int weight)
    {
        var answer = Body("{}");
        answer.Headers.Add("x-mbx-used-weight-1m", $"{weight}");
        return answer;
    }

    private async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(FakeServer.Deadline);
        while (!condition())
        {
            deadline.Token.ThrowIfCancellationRequested();
            rig.Clock.Advance(TimeSpan.FromMilliseconds(50));
            await Task.Yield();
        }
    }
}
