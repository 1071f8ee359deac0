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
