using System.Net;
using Ingester.Publishing.Witnesses;
using Ingester.Tests.Publishing.Export;

namespace Ingester.Tests.Publishing.Witnesses;

/// <summary>Downloads of published files.</summary>
public sealed class ArchiveDownloaderTests : IDisposable
{
    private const string Address = "https://data.binance.vision/data/spot/daily/trades/BTCUSDT/BTCUSDT-trades-2025-10-25.zip";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-download-").FullName;
    private readonly List<string> asked = [];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task File_comes_with_its_checksum_and_the_time_of_its_last_change()
    {
        var changed = new DateTimeOffset(2025, 10, 26, 3, 0, 0, TimeSpan.Zero);
        var file = await FetchAsync(address => address.EndsWith(".CHECKSUM", StringComparison.Ordinal)
            ? Answer($"{new string('A', 64)}  BTCUSDT-trades-2025-10-25.zip\n")
            : Answer("zip", changed));
        Assert.NotNull(file);
        Assert.Equal("zip", await File.ReadAllTextAsync(file.Path, TestContext.Current.CancellationToken));
        Assert.Equal((new string('a', 64), new Uri(Address), changed), (file.Checksum, file.Address, file.LastModified));
        Assert.Equal([Address, Address + ".CHECKSUM"], asked);
    }

    [Theory]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData(HttpStatusCode.Forbidden)]
    public async Task File_that_is_not_published_is_none(HttpStatusCode status) => Assert.Null(await FetchAsync(_ => new(status)));

    [Fact]
    public async Task Missing_checksum_is_none()
    {
        var file = await FetchAsync(address => address.EndsWith(".CHECKSUM", StringComparison.Ordinal) ? new(HttpStatusCode.NotFound) : Answer("zip"));
        Assert.Null(file!.Checksum);
    }

    [Fact]
    public async Task Server_that_is_busy_is_asked_again()
    {
        var answers = 0;
        Assert.NotNull(await FetchAsync(_ => ++answers == 1 ? new(HttpStatusCode.ServiceUnavailable) : answers == 2 ? Answer("zip") : new(HttpStatusCode.NotFound)));
        Assert.Equal(3, asked.Count);
    }

    [Fact]
    public async Task Refusal_is_told_with_the_address()
    {
        var error = await Assert.ThrowsAsync<WitnessException>(() => FetchAsync(_ => new(HttpStatusCode.Unauthorized)));
        Assert.StartsWith($"{Address} cannot be downloaded: ", error.Message, StringComparison.Ordinal);
        Assert.Single(asked);
    }

    [Fact]
    public async Task Checksum_that_is_none_is_told()
    {
        var error = await Assert.ThrowsAsync<WitnessException>(() => FetchAsync(address => Answer(address.EndsWith(".CHECKSUM", StringComparison.Ordinal) ? "<html>" : "zip")));
        Assert.Equal($"{Address}.CHECKSUM is no checksum: it does not begin with 64 hex digits.", error.Message);
    }

    private async Task<PublishedFile?> FetchAsync(Func<string, HttpResponseMessage> answer)
    {
        using var handler = new Answers(address =>
        {
            asked.Add(address);
            return answer(address);
        });
        using var http = new HttpClient(handler);
        return await new ArchiveDownloader(http, root: null, folder, TimeProvider.System).FetchAsync(WitnessRig.Layout("binance"), "BTCUSDT", ExportRig.Day, TestContext.Current.CancellationToken);
    }

    private static HttpResponseMessage Answer(string text, DateTimeOffset? changed = null)
    {
        var content = new StringContent(text);
        content.Headers.LastModified = changed;
        return new(HttpStatusCode.OK) { Content = content };
    }

    private sealed class Answers(Func<string, HttpResponseMessage> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => Task.FromResult(answer(request.RequestUri!.ToString()));
    }
}
