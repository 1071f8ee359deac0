using System.Globalization;
using System.Net;
using System.Text;
using Ingester.Core.Exchanges;
using Ingester.Core.Markets;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Recording.Rest;
using Ingester.Testing;
using Ingester.Testing.Fakes;

namespace Ingester.Tests.Recording.Planning;

public sealed class MarketDiscoveryTests
{
    [Fact]
    public async Task Valid_market_list_is_read_from_the_overridden_address()
    {
        using var rig = With(request =>
        {
            Assert.Equal("http://box/v1/markets?all=1", request.RequestUri!.AbsoluteUri);
            Assert.NotEmpty(request.Headers.UserAgent);
            return Json("""["BTC-USDT"]""");
        });
        var listing = await AskAsync(rig);
        Assert.Equal([FakeExchange.Market("BTC-USDT")], listing.Recordable);
    }

    [Theory]
    [InlineData("[]", "The market list of fake is empty.")]
    [InlineData("[7,8]", "none of its 2 entries can be read. The first: it is no text.")]
    [InlineData("", "did not return a market list")]
    [InlineData("[\"BTC-", "did not return a market list")]
    [InlineData("<html>", "did not return a market list")]
    [InlineData("null", "did not return a market list")]
    public async Task A_bad_list_is_an_error_in_words(string body, string words)
    {
        using var rig = With(_ => Json(body));
        var error = await Assert.ThrowsAsync<RestException>(() => AskAsync(rig));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Oversized_market_list_is_rejected()
    {
        using var rig = With(_ => Json(new string(' ', 5000)), new ConnectionOptions { MaxMarketList = 4096 });
        var error = await Assert.ThrowsAsync<RestException>(() => AskAsync(rig));
        Assert.Contains("more than 4096 bytes", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(429, "5", 5)]
    [InlineData(418, null, 60)]
    [InlineData(503, "9", 9)]
    [InlineData(500, null, null)]
    public async Task Refusal_contains_the_retry_after_time(int status, string? header, int? seconds)
    {
        using var rig = With(_ =>
        {
            var answer = new HttpResponseMessage((HttpStatusCode)status);
            if (header is not null)
                answer.Headers.Add("Retry-After", header);
            return answer;
        });
        var error = await Assert.ThrowsAsync<RestException>(() => AskAsync(rig));
        Assert.Equal(seconds, error.RetryAfter?.TotalSeconds);
    }

    [Fact]
    public async Task Network_failure_is_an_error_with_a_readable_message()
    {
        using var rig = With(_ => throw new HttpRequestException("no route"));
        var error = await Assert.ThrowsAsync<RestException>(() => AskAsync(rig));
        Assert.Contains("no route", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silent_exchange_runs_into_the_timeout()
    {
        var clock = new ManualClock(DateTimeOffset.UnixEpoch);
        using var rig = new Rig
        {
            Clock = clock,
            Http = new(new Answering(async (_, stop) =>
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, stop);
                return new();
            })),
        };
#pragma warning disable CA2025 // it is awaited before the rig is disposed
        var asking = Assert.ThrowsAsync<RestException>(() => AskAsync(rig));
#pragma warning restore CA2025
        clock.Advance(TimeSpan.FromSeconds(31));
        var error = await asking.WaitAsync(FakeServer.Deadline);
        Assert.Contains("did not answer within", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_lists_are_requested_in_order_and_name_all_markets_together()
    {
        var asked = new List<string>();
        using var rig = With(request =>
        {
            asked.Add($"{request.Method} {request.RequestUri!.PathAndQuery} {request.Content?.Headers.ContentType?.MediaType} {Body(request)}");
            return Json(request.RequestUri!.AbsolutePath == "/spot" ? """["ETH-USDT","?XRP-USDT"]""" : """["BTC-USDT","ETH-USDT"]""");
        }, exchange: WithLists(new(new("https://api.fake.example/spot")), new(new("https://api.fake.example/info"), """{"type":"perps"}""")));
        var listing = await AskAsync(rig);
        Assert.Equal(["GET /spot  ", """POST /info application/json {"type":"perps"}"""], asked);
        Assert.Equal([FakeExchange.Market("BTC-USDT"), FakeExchange.Market("ETH-USDT")], listing.Recordable);
        Assert.Equal(["XRPUSDT", "ETHUSDT"], listing.Skipped.Select(entry => entry.Symbol)); // one is not readable, one is listed twice
    }

    [Fact]
    public async Task One_list_that_cannot_be_read_fails_all_of_them()
    {
        using var rig = With(request => Json(request.RequestUri!.AbsolutePath == "/spot" ? """["BTC-USDT"]""" : "<html>"),
            exchange: WithLists(new(new("https://api.fake.example/spot")), new(new("https://api.fake.example/swap"))));
        var error = await Assert.ThrowsAsync<RestException>(() => AskAsync(rig));
        Assert.Contains("http://box/swap did not return a market list", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pages_are_requested_until_the_last_one()
    {
        using var rig = With(request => Json($"""["M{request.RequestUri!.Query.TrimStart('?')}-USDT"]"""), exchange: Paged(pages: 3));
        Assert.Equal([FakeExchange.Market("M1-USDT"), FakeExchange.Market("M2-USDT"), FakeExchange.Market("M3-USDT")], (await AskAsync(rig)).Recordable);
    }

    [Fact]
    public async Task List_of_as_many_pages_as_are_allowed_is_complete_and_one_more_is_an_error()
    {
        var asked = 0;
        using (var rig = With(Answer, exchange: Paged(pages: 1000)))
            Assert.Equal(1000, (await AskAsync(rig)).Markets.Count);
        asked = 0;
        using var endless = With(Answer, exchange: Paged(pages: int.MaxValue));
        var error = await Assert.ThrowsAsync<RestException>(() => AskAsync(endless));
        Assert.Contains("more than 1000 pages", error.Message, StringComparison.Ordinal);
        Assert.Equal(1000, asked);

        HttpResponseMessage Answer(HttpRequestMessage request)
        {
            asked++;
            return Json($"""["M{request.RequestUri!.Query.TrimStart('?')}-USDT"]""");
        }
    }

    /// <summary>An exchange whose only list has pages <c>?1</c>, <c>?2</c>, …</summary>
    private static PagedExchange Paged(int pages)
    {
        return new(Next) { Profile = WithLists(new RestCall(new("https://api.fake.example/list?1"))).Profile };

        RestCall? Next(RestCall call) => int.Parse(call.Uri.Query[1..], CultureInfo.InvariantCulture) is var page && page < pages ? new(new($"https://api.fake.example/list?{page + 1}")) : null;
    }

    private static string? Body(HttpRequestMessage request)
    {
        using var reader = request.Content is { } content ? new StreamReader(content.ReadAsStream()) : null;
        return reader?.ReadToEnd();
    }

    private static FakeExchange WithLists(params RestCall[] lists) => new()
    {
        Profile = new FakeExchange().Profile with { MarketLists = lists, RequestWeightLimit = new(1_000_000, TimeSpan.FromSeconds(1)) },
    };

    private static async Task<MarketListResult> AskAsync(Rig rig)
    {
        using var budgets = rig.Context.NewRateLimits();
        return await new MarketDiscovery(rig.Context, new(rig.Context, rig.Rest, budgets)).FetchAsync(CancellationToken.None);
    }

    private static Rig With(Func<HttpRequestMessage, HttpResponseMessage> answer, ConnectionOptions? options = null, FakeExchange? exchange = null) => new()
    {
        Exchange = exchange ?? new(),
        Choice = new() { Markets = ["*"], Rest = "http://box" },
        Options = options ?? new(),
        Http = new(new Answering((request, _) => Task.FromResult(answer(request)))),
    };

    private static HttpResponseMessage Json(string body) => new() { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
}
