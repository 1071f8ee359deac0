using System.Text;
using Ingester.Dashboard.Days;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Ingester.Tests.Dashboard.Days;

/// <summary>Readers download exported files and certificates, and nothing else.</summary>
public sealed class FileDownloadTests
{
    [Theory]
    [InlineData("export/csv/binance/trades/2025/10/26/BTCUSDT.csv.gz")]
    [InlineData("export/parquet/trades/exchange=binance/pair=BTC-USDT/date=2025-10-26/part-0.parquet")]
    [InlineData("export/certificates/2025/10/26/binance_trades.r1.dsse.json")]
    [InlineData("export/inputs/2025/10/26/binance/trades/1000%E5%B8%81.gz")]
    public void Files_of_exports_are_allowed(string key) => Assert.True(FileKey.IsAllowed(key));

    [Theory]
    [InlineData("")]
    [InlineData("trades/exchange=binance/pair=BTC-USDT/year=2025/month=10/day=26/0000-1m_1_60.json.gz")]
    [InlineData("export/csv")]
    [InlineData("export/csv/")]
    [InlineData("export/csv/../../secret")]
    [InlineData("export/csv/..")]
    [InlineData("export/csv/./x")]
    [InlineData("export/csv//etc/passwd")]
    [InlineData("/export/csv/x")]
    [InlineData("export/csv/..\\..\\secret")]
    [InlineData("export/csv/C:/x")]
    [InlineData("export/csv/x\0.gz")]
    [InlineData("export/manifests/2025/10/26/binance/trades/BTC-USDT.json")]
    [InlineData("Export/csv/x")]
    public void Nothing_else_of_the_store_is_allowed(string key) => Assert.False(FileKey.IsAllowed(key));

    [Fact]
    public async Task File_is_served_as_it_is_stored_and_in_parts()
    {
        using var store = new CertifiedStore();
        await store.CertifyAsync();
        var key = store.Days.Store.Keys.First(one => one.EndsWith(".csv.gz", StringComparison.Ordinal));
        var whole = await GetAsync(store, key, range: null);
        Assert.Equal((StatusCodes.Status200OK, "application/gzip"), (whole.Status, whole.Type));
        Assert.Equal(store.Days.Store.Body(key), whole.Body);
        var part = await GetAsync(store, key, "bytes=10-19");
        Assert.Equal(StatusCodes.Status206PartialContent, part.Status);
        Assert.Equal(store.Days.Store.Body(key)[10..20], part.Body);
    }

    [Fact]
    public async Task Unknown_file_forbidden_path_and_silent_store_are_sentences()
    {
        using var store = new CertifiedStore();
        Assert.Equal(StatusCodes.Status404NotFound, (await GetAsync(store, "export/csv/binance/none.csv.gz", null)).Status);
        Assert.Equal(StatusCodes.Status404NotFound, (await GetAsync(store, "export/csv/../../secret", null)).Status);
        store.Access.Fault = new("The store does not answer.");
        var failed = await GetAsync(store, "export/csv/binance/none.csv.gz", null);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, failed.Status);
        Assert.Equal("The store does not answer.\n", Encoding.UTF8.GetString(failed.Body));
    }

    [Fact]
    public void Address_of_a_file_escapes_its_key() =>
        Assert.Equal("/days/files/export/inputs/2025/1000%25E5%25B8%2581.gz", DaysPaths.File("export/inputs/2025/1000%E5%B8%81.gz"));

    private static async Task<(int Status, string? Type, byte[] Body)> GetAsync(CertifiedStore store, string key, string? range)
    {
        using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "GET";
        if (range is not null)
            context.Request.Headers.Range = range;
        using var body = new MemoryStream();
        context.Response.Body = body;
        await (await new FileDownloads(store.Access).AnswerAsync(key, CancellationToken.None)).ExecuteAsync(context);
        return (context.Response.StatusCode, context.Response.ContentType, body.ToArray());
    }
}
