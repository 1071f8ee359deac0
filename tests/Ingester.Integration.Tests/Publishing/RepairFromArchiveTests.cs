using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Publishing.Signing;

namespace Ingester.Integration.Tests.Publishing;

/// <summary><c>ingester repair --from-archive</c> as a user runs it: the trade that the store lacks is taken from the exchange's file, and audit and certificate say so.</summary>
public sealed class RepairFromArchiveTests : IDisposable
{
    private const string File = "BTCUSDT-trades-2025-10-25.zip";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-repair-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Missing_trade_is_taken_from_a_given_file_and_the_certificate_names_it()
    {
        await SmallExport.ImportAsync(folder);
        Publish(price: "68123.45");
        Assert.Equal(3, (await RunAsync("verify", "--against", "binance", File, "--store", "data")).Exit);

        var (exit, json, error) = await RunAsync(Repair("--json"));
        Assert.True(exit == 3, json + error); // the window stays in fragments
        PublishedSchema.Validate("repair-1", json);
        using (var report = JsonDocument.Parse(json))
            Assert.Equal(("94 95 True", File), (Describe(report.RootElement.GetProperty("gaps")[0]), report.RootElement.GetProperty("gaps")[0].GetProperty("files")[0].GetString()));

        var again = await RunAsync(Repair());
        Assert.Contains("0 gaps closed, 0 open", again.Output, StringComparison.Ordinal);
        Assert.Contains($"{File} was not used", again.Error, StringComparison.Ordinal);
        Assert.Contains("confirmed; 240 of 240 trades", (await RunAsync("verify", "--against", "binance", File, "--store", "data")).Output, StringComparison.Ordinal);

        var audited = await RunAsync("audit", "--from", SmallExport.Day, "--to", "2025-10-26", "--exchange", "binance", "--dataset", "trades", "--store", "data", "--json");
        PublishedSchema.Validate("audit-1", audited.Output);
        using (var audit = JsonDocument.Parse(audited.Output))
        {
            var stream = audit.RootElement.GetProperty("streams")[0];
            Assert.Equal((0, 1), (stream.GetProperty("missingIds").GetArrayLength(), stream.GetProperty("grades").GetProperty("archive").GetInt32()));
            Assert.Equal((File, "archive"), (stream.GetProperty("archived")[0].GetProperty("file").GetString(), stream.GetProperty("closed")[0].GetProperty("closedBy").GetString()));
        }

        var merged = await RunAsync("merge", "binance", "BTC-USDT", "--dataset", "trades", "--from", SmallExport.Day, "--to", "2025-10-25T00:04:00", "--store", "data");
        Assert.Equal(Enumerable.Range(1, 240), merged.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(row => int.Parse(row.Split('"')[3], CultureInfo.InvariantCulture)));

        Assert.InRange((await RunAsync("export", "--date", SmallExport.Day, "--exchange", "binance", "--dataset", "trades", "--store", "data")).Exit, 0, 3);
        Assert.Equal(0, (await RunAsync("certificate", "key", "signing.pem")).Exit);
        Assert.Equal(3, (await RunAsync("certificate", "create", "--date", SmallExport.Day, "--dataset", "trades", "--store", "data", "--key", "signing.pem")).Exit);
        var envelope = Envelope.Parse(await System.IO.File.ReadAllBytesAsync(Path.Combine(folder, "data/export/certificates/2025/10/25/binance_trades.r1.dsse.json"), TestContext.Current.CancellationToken));
        PublishedSchema.Validate("certificate-1", Encoding.UTF8.GetString(envelope.Payload));
        using var statement = JsonDocument.Parse(envelope.Payload);
        var market = statement.RootElement.GetProperty("predicate").GetProperty("streams")[0];
        Assert.Equal((240, 0, File), (market.GetProperty("events").GetInt32(), market.GetProperty("missing").GetArrayLength(), market.GetProperty("archived")[0].GetProperty("file").GetString()));
    }

    [Fact]
    public async Task Contradicting_file_and_wrong_arguments_are_told_in_a_sentence()
    {
        await SmallExport.ImportAsync(folder);
        Publish(price: "68123.46");
        var before = Stored();
        var (exit, output, error) = await RunAsync(Repair());
        Assert.True(exit == 3, output + error);
        Assert.Contains($"open: (94, 95] of trades/binance/BTC-USDT: {File} and the store differ in 239 trades. In trade 1, the price is 68123.45 in the store and 68123.46 in the file. None of its trades is taken.", output, StringComparison.Ordinal);
        Assert.Equal(before, Stored());

        string[] scope = ["repair", "--from", SmallExport.Day, "--to", "2025-10-26", "--store", "data"];
        await RefusesAsync("--from-archive requires FILES, because --offline does not download any.", [.. scope, "--offline", "--from-archive"]);
        await RefusesAsync("--from-archive with FILES requires one --exchange", [.. scope, "--offline", "--from-archive", File]);
        await RefusesAsync("--archive requires --from-archive.", [.. scope, "--offline", "--archive", "http://127.0.0.1:1/"]);
        await RefusesAsync("none.zip does not exist.", [.. scope, "--exchange", "binance", "--offline", "--from-archive", "none.zip"]);
    }

    private static string[] Repair(params string[] more) =>
        ["repair", "--from", SmallExport.Day, "--to", "2025-10-26", "--exchange", "binance", "--store", "data", "--offline", .. more, "--from-archive", File];

    private List<string> Stored() =>
        [.. Directory.GetFiles(Path.Combine(folder, "data"), "*", SearchOption.AllDirectories).Where(path => !path.Contains("/probe/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private static string Describe(JsonElement gap) => $"{gap.GetProperty("after")} {gap.GetProperty("upTo")} {gap.GetProperty("closed").GetBoolean()}";

    private async Task RefusesAsync(string sentence, string[] line)
    {
        var (exit, _, error) = await RunAsync(line);
        Assert.True(exit == 2, error);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    private Task<EndedCommand> RunAsync(params string[] arguments) => EndedCommand.RunAsync(folder, SmallExport.Patience, arguments);

    private void Publish(string price)
    {
        using var zip = new ZipArchive(System.IO.File.Create(Path.Combine(folder, File)), ZipArchiveMode.Create);
        using var stream = zip.CreateEntry(Path.ChangeExtension(File, ".csv")).Open();
        for (var id = 1; id <= 240; id++)
            stream.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id},{price},0.0012,81.7,{1_761_350_400_000 + (id - 1) * 1_000L},true,true\n")));
    }
}
