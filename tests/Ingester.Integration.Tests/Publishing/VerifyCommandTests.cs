using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Publishing.Signing;

namespace Ingester.Integration.Tests.Publishing;

/// <summary><c>ingester verify</c> as a user runs it: on given files, with a signed statement about the certificate of the day.</summary>
public sealed class VerifyCommandTests : IDisposable
{
    private const string File = SmallExport.Archive;

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-verify-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Given_file_is_compared_and_a_statement_about_the_certificate_is_signed()
    {
        await SmallExport.CreateAsync(folder);
        Assert.Equal(0, (await RunAsync("certificate", "key", "signing.pem")).Exit);
        Assert.Equal(3, (await RunAsync("certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem")).Exit);

        Publish(Enumerable.Range(1, 240));
        var (lacks, text, error) = await RunAsync("verify", "--against", "binance", File, "--store", "data", "--key", "signing.pem");
        Assert.True(lacks == 3, text + error);
        Assert.Contains("2025-10-25: we lack; 239 of 240 trades of BTCUSDT-trades-2025-10-25.zip are the same", text, StringComparison.Ordinal);
        Assert.Contains("1 trades, id 95, 2025-10-25 00:01:34.000000", text, StringComparison.Ordinal);

        var path = Assert.Single(Directory.GetFiles(Path.Combine(folder, "data/export/witnesses/2025/10/25")));
        var envelope = Envelope.Parse(await System.IO.File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
        using var statement = JsonDocument.Parse(envelope.Payload);
        var certificate = Envelope.Parse(await System.IO.File.ReadAllBytesAsync(Path.Combine(folder, "data/export/certificates/2025/10/25/binance_trades.r1.dsse.json"), TestContext.Current.CancellationToken));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(certificate.Payload)),
            statement.RootElement.GetProperty("subject")[0].GetProperty("digest").GetProperty("sha256").GetString());
        var stream = statement.RootElement.GetProperty("predicate").GetProperty("streams")[0];
        Assert.Equal(("BTC-USDT", "we-lack", 239, 1), (stream.GetProperty("pair").GetString(), stream.GetProperty("verdict").GetString(), stream.GetProperty("same").GetInt32(), stream.GetProperty("onlyTheirs").GetInt32()));

        await RunAsync("verify", "--against", "binance", File, "--store", "data", "--key", "signing.pem");
        Assert.Single(Directory.GetFiles(Path.Combine(folder, "data/export/witnesses/2025/10/25"))); // the same comparison is the same statement

        Publish(Enumerable.Range(1, 240).Where(id => id is not 95 and not 200));
        var (incomplete, json, _) = await RunAsync("verify", "--against", "binance", File, "--store", "data", "--json");
        Assert.Equal(0, incomplete);
        PublishedSchema.Validate("verify-1", json);
        using var report = JsonDocument.Parse(json);
        Assert.Equal(("archive-incomplete", 1), (report.RootElement[0].GetProperty("verdict").GetString(), report.RootElement[0].GetProperty("onlyOurs").GetProperty("count").GetInt32()));
    }

    [Fact]
    public async Task File_that_the_exchange_has_replaced_gets_a_second_statement()
    {
        await SmallExport.CreateAsync(folder);
        Assert.Equal(0, (await RunAsync("certificate", "key", "signing.pem")).Exit);
        Assert.Equal(3, (await RunAsync("certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem")).Exit);
        string[] line = ["verify", "--against", "binance", File, "--store", "data", "--key", "signing.pem"];
        Publish(Enumerable.Range(1, 100).Where(id => id != 95));
        Assert.DoesNotContain("replaced", (await RunAsync(line)).Output, StringComparison.Ordinal);
        var first = Assert.Single(Statements());
        var (old, _) = Read(first);

        Publish(Enumerable.Range(1, 240).Where(id => id != 95));
        var (exit, output, error) = await RunAsync(line);
        Assert.True(exit == 0, output + error);
        Assert.Contains($"the exchange has replaced {File} since export/witnesses/2025/10/25/{Path.GetFileName(first)}, whose verdict was archive incomplete: its SHA-256 was {old}, and is ", output, StringComparison.Ordinal);
        var second = Assert.Single(Statements(), path => path != first);
        Assert.Equal(old, Read(second).Replaced);

        var again = await RunAsync([.. line, "--json"]);
        PublishedSchema.Validate("verify-1", again.Output);
        Assert.Contains("\"isReplaced\":false", again.Output, StringComparison.Ordinal);
        Assert.Equal(2, Statements().Length); // the same comparison is the same statement

        string[] Statements() => Directory.GetFiles(Path.Combine(folder, "data/export/witnesses/2025/10/25"));

        static (string Sha256, string? Replaced) Read(string path)
        {
            using var statement = JsonDocument.Parse(Envelope.Parse(System.IO.File.ReadAllBytes(path)).Payload);
            var stream = statement.RootElement.GetProperty("predicate").GetProperty("streams")[0];
            return (stream.GetProperty("sha256").GetString()!, stream.TryGetProperty("replacedSha256", out var replaced) ? replaced.GetString() : null);
        }
    }

    [Theory]
    [InlineData("2", 0, "confirmed; 59 of 59 diffs of 2025-10-25_BTCUSDT_ob200.data.zip are the same; 1 diffs are snapshots in the file")]
    [InlineData("2.5", 1, "contradiction; 58 of 59 diffs")]
    public async Task Diffs_of_a_book_are_compared_with_its_published_messages(string size, int exit, string sentence)
    {
        const string Name = "2025-10-25_BTCUSDT_ob200.data.zip";
        await System.IO.File.WriteAllLinesAsync(Path.Combine(folder, "a.ws.tsv"), Enumerable.Range(0, 61).Select(id => $"{(1_761_350_400_000 + id * 1_000L) / 1e3:0.000}\t{Message(id, "2", snapshot: id == 0)}"), TestContext.Current.CancellationToken);
        var (code, _, error) = await RunAsync("import", "bybit", "a.ws.tsv", "--store", "data");
        Assert.True(code == 0, error);
        using (var zip = new ZipArchive(System.IO.File.Create(Path.Combine(folder, Name)), ZipArchiveMode.Create))
        using (var writer = new StreamWriter(zip.CreateEntry(Path.ChangeExtension(Name, null)).Open()))
            for (var id = 1; id <= 60; id++)
                await writer.WriteLineAsync(Message(id, id == 30 ? size : "2.0", snapshot: id == 1));
        var (ended, output, problem) = await RunAsync("verify", "--against", "bybit", Name, "--store", "data");
        Assert.True(ended == exit, output + problem);
        Assert.Contains(sentence, output, StringComparison.Ordinal);

        static string Message(int id, string size, bool snapshot) => string.Create(CultureInfo.InvariantCulture,
            $$$"""{"topic":"orderbook.200.BTCUSDT","type":"{{{(snapshot ? "snapshot" : "delta")}}}","ts":{{{1_761_350_400_000 + id * 1_000L}}},"data":{"s":"BTCUSDT","b":[["1","{{{size}}}"],["2","1"]],"a":[],"u":{{{id + 1}}},"seq":{{{id * 7}}}},"cts":{{{1_761_350_400_000 + id * 1_000L}}}}""");
    }

    [Fact]
    public async Task Wrong_arguments_are_told_in_a_sentence()
    {
        await SmallExport.ImportAsync(folder);
        Assert.Contains("Give --date to download the files of a day, or the files.", (await RunAsync("verify", "--against", "binance", "--store", "data")).Error, StringComparison.Ordinal);
        await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "", TestContext.Current.CancellationToken);
        Assert.Contains("notes.txt is not a name of the files of binance, such as BTCUSDT-trades-2026-11-20.zip.", (await RunAsync("verify", "--against", "binance", "notes.txt", "--store", "data")).Error, StringComparison.Ordinal);
        Publish(Enumerable.Range(1, 2));
        Assert.Contains($"{File} does not hold 2025-10-26, the day of --date.", (await RunAsync("verify", "--against", "binance", File, "--date", "2025-10-26", "--store", "data")).Error, StringComparison.Ordinal);
        Publish(Enumerable.Range(1, 2), "ETHUSDT-trades-2025-10-25.zip");
        var (exit, _, error) = await RunAsync("verify", "--against", "binance", "ETHUSDT-trades-2025-10-25.zip", "--store", "data");
        Assert.Equal(1, exit);
        Assert.Contains("The store has no trades of ETHUSDT of binance.", error, StringComparison.Ordinal);
    }

    private Task<EndedCommand> RunAsync(params string[] arguments) => EndedCommand.RunAsync(folder, SmallExport.Patience, arguments);

    private void Publish(IEnumerable<int> ids, string name = File) => SmallExport.WriteArchive(folder, ids, name);
}
