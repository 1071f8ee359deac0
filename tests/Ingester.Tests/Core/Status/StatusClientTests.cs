using System.Net;
using System.Text;
using System.Text.Json;
using Ingester.Core.Status;
using Ingester.Testing;

namespace Ingester.Tests.Core.Status;

/// <summary>How a reader asks a recorder, and what it says when that fails.</summary>
public sealed class StatusClientTests
{
    private static readonly Uri Address = new("http://recorder:8080");

    private readonly ManualClock clock = new();

    [Fact]
    public async Task Second_request_names_the_version_of_the_first_answer()
    {
        using var recorder = new AnsweringHandler(_ => Answer(JsonSerializer.Serialize(Full(42), StatusChanges.Json)));
        using var http = new HttpClient(recorder);
        var client = new StatusClient(http, Address, clock);
        await client.ReadAsync(TestContext.Current.CancellationToken);
        var view = await client.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["/status/changes?since=0", "/status/changes?since=42"], recorder.Asked);
        Assert.Equal((null, clock.GetUtcNow(), "binance"), (view.Fault, view.AnsweredAt!.Value, view.Status!.Exchanges[0].Exchange));
    }

    [Fact]
    public async Task Fault_keeps_the_last_known_state()
    {
        var answers = new Queue<HttpResponseMessage>([Answer(JsonSerializer.Serialize(Full(42), StatusChanges.Json)), new(HttpStatusCode.ServiceUnavailable)]);
        using var recorder = new AnsweringHandler(_ => answers.Dequeue());
        using var http = new HttpClient(recorder);
        var client = new StatusClient(http, Address, clock);
        await client.ReadAsync(TestContext.Current.CancellationToken);
        var view = await client.ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("recorder:8080 does not answer as a recorder: /status/changes answered with the status 503.", view.Fault);
        Assert.Equal(42, view.Status!.Version);
    }

    [Theory]
    [InlineData("{}", "has no format")]
    [InlineData("[]", "has no format")]
    [InlineData("{\"format\":2}", "has the format 2; this program reads 1")]
    [InlineData("{\"format\":1}", "does not answer as a recorder")]
    [InlineData("<html>", "does not answer as a recorder")]
    public async Task Other_answers_are_a_sentence(string body, string sentence)
    {
        using var recorder = new AnsweringHandler(_ => Answer(body));
        using var http = new HttpClient(recorder);
        var view = await new StatusClient(http, Address, clock).ReadAsync(TestContext.Current.CancellationToken);
        Assert.Contains(sentence, view.Fault, StringComparison.Ordinal);
        Assert.Null(view.Status);
    }

    [Fact]
    public async Task Recorder_of_an_older_version_is_named_as_such()
    {
        using var recorder = new AnsweringHandler(_ => new(HttpStatusCode.NotFound));
        using var http = new HttpClient(recorder);
        var view = await new StatusClient(http, Address, clock).ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("recorder:8080 does not answer as a recorder: it has no /status/changes; recorders of older versions do not.", view.Fault);
    }

    [Fact]
    public async Task Refused_connection_is_a_sentence()
    {
        using var recorder = new AnsweringHandler(_ => throw new HttpRequestException("Connection refused"));
        using var http = new HttpClient(recorder);
        var view = await new StatusClient(http, Address, clock).ReadAsync(TestContext.Current.CancellationToken);
        Assert.Equal("The recorder at recorder:8080 cannot be reached: Connection refused", view.Fault);
    }

    private static HttpResponseMessage Answer(string json) => new() { Content = new StringContent(json, Encoding.UTF8, "application/json") };

    private static StatusChanges Full(long version) => new()
    {
        Format = StatusChanges.CurrentFormat,
        Version = version,
        IsFull = true,
        Replica = SampleStates.Replica(),
        Exchanges = [SampleStates.Exchange()],
        Gaps = [],
    };

    private sealed class AnsweringHandler(Func<HttpRequestMessage, HttpResponseMessage> answer) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.PathAndQuery);
            return Task.FromResult(answer(request));
        }
    }
}
