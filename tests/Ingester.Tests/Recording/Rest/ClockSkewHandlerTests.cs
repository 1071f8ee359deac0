using System.Net;
using Ingester.Recording.Rest;
using Ingester.Testing;

namespace Ingester.Tests.Recording.Rest;

public sealed class ClockSkewHandlerTests
{
    private readonly ManualClock clock = new();

    [Fact]
    public async Task Clock_that_is_right_is_within_half_a_second() => Assert.InRange((await AskAsync(("a.example", 0, 0)))!.Value, 0, 0.5);

    [Fact]
    public async Task Skew_is_the_median_so_that_one_wrong_server_does_not_matter() =>
        Assert.Equal(8.5, await AskAsync(("a.example", 8, 0), ("b.example", 9_000, 0), ("c.example", 8, 0)));

    [Fact]
    public async Task Clock_that_is_ahead_is_off_as_well() => Assert.Equal(9.5, await AskAsync(("a.example", -10, 0)));

    [Fact]
    public async Task Age_header_of_a_cached_response_is_added_to_its_date() => Assert.InRange((await AskAsync(("a.example", -300, 300)))!.Value, 0, 0.5);

    [Fact]
    public async Task Skew_is_unknown_before_the_first_date_header() => Assert.Null(await AskAsync());

    private async Task<double?> AskAsync(params (string Host, int OffBy, int Age)[] servers)
    {
        var times = servers.ToDictionary(server => server.Host, server => (server.OffBy, server.Age), StringComparer.Ordinal);
        using var handler = new ClockSkewHandler(clock);
        handler.InnerHandler = new Answering(request =>
        {
            var answer = new HttpResponseMessage(HttpStatusCode.OK);
            var (offBy, age) = times[request.RequestUri!.Host];
            answer.Headers.Date = clock.GetUtcNow() + TimeSpan.FromSeconds(offBy);
            answer.Headers.Age = TimeSpan.FromSeconds(age);
            return answer;
        });
        using var http = new HttpClient(handler);
        foreach (var server in servers)
            using (await http.GetAsync(new Uri($"https://{server.Host}/")))
            {
            }

        return handler.Skew;
    }

    private sealed class Answering(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request));
    }
}
