using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Ingester.Demo;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;

namespace Ingester.Integration.Tests.Publishing;

/// <summary>
/// <c>ingester publish</c> as a process that is killed again and again, beside a reader that never sees a part of a day. A hundred publications take about three
/// minutes: <c>-method "*Reader_never_sees*" -explicit only</c>.
/// </summary>
public sealed class PublishCommandTests : IDisposable
{
    private const string Manifest = "binance_trades.json";

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-publish-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Certified_day_is_published_once_and_old_days_are_removed()
    {
        await CertifyAsync();
        var (exit, output, error) = await RunAsync("publish", "--date", SmallExport.Day, "--store", "data", "--to", "public", "--dataset", "trades");
        Assert.True(exit == 3, output + error); // four minutes of a day are degraded
        Assert.Contains("binance trades of 2025-10-25: published, revision 1, degraded, ", output, StringComparison.Ordinal);
        Assert.Equal(1, ReadWholeDays("public"));
        var copy = await RunAsync("certificate", "verify", "--date", SmallExport.Day, "--store", "public/published-files/2025/10/25/binance_trades.r1", "--key", "signing.pub.pem", "--single-day");
        Assert.True(copy.Exit == 0, copy.Output + copy.Error);
        Assert.Contains(": already published, revision 1", (await RunAsync("publish", "--date", SmallExport.Day, "--store", "data", "--to", "public", "--dataset", "trades")).Output, StringComparison.Ordinal);
        PublishedSchema.Validate("publish-1", (await RunAsync("publish", "--date", SmallExport.Day, "--store", "data", "--to", "public", "--json")).Output);
        var (none, _, sentence) = await RunAsync("publish", "--date", "2025-10-27", "--store", "data", "--to", "public");
        Assert.Equal((1, "There is no certificate of 2025-10-27, so there is nothing to publish."), (none, sentence.Trim()));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(100, Explicit = true)]
    public async Task Reader_never_sees_a_part_of_a_day_while_publications_are_killed(int publications)
    {
        await CertifyAsync();
        using var ended = new CancellationTokenSource();
        var looks = 0L;
        var seen = 0L;
        var reader = Task.Run(() =>
        {
            while (!ended.IsCancellationRequested)
                for (var place = 0; place < publications; place++)
                {
                    seen += ReadWholeDays($"public{place}");
                    looks++;
                }
        }, ended.Token);
        var random = new Random(5);
        var killed = 0;
        for (var place = 0; place < publications; place++)
        {
            killed += await KilledAsync(random.Next(100, 1_000), "publish", "--date", SmallExport.Day, "--store", "data", "--to", $"public{place}", "--dataset", "trades") ? 1 : 0;
            if (place % 2 == 0) // the others stay as they were left
                Assert.Equal(3, (await RunAsync("publish", "--date", SmallExport.Day, "--store", "data", "--to", $"public{place}", "--dataset", "trades")).Exit);
        }

        await ended.CancelAsync();
        await reader;
        Assert.InRange(killed, 1, publications);
        Assert.True(looks > publications && seen > 0, $"{looks} looks, {seen} days");
        for (var place = 0; place < publications; place += 2)
            Assert.Equal(1, ReadWholeDays($"public{place}"));
    }

    private async Task CertifyAsync()
    {
        await SmallExport.CreateAsync(folder);
        Assert.Equal(0, (await RunAsync("certificate", "key", "signing.pem")).Exit);
        Assert.Equal(3, (await RunAsync("certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem")).Exit);
    }

    private Task<EndedCommand> RunAsync(params string[] arguments) => EndedCommand.RunAsync(folder, SmallExport.Patience, arguments);

    /// <summary>Starts the program and kills it; false if it had ended before.</summary>
    private async Task<bool> KilledAsync(int millis, params string[] arguments)
    {
        string[] line = [.. ReplicaProcess.OwnCommandLine(), .. arguments];
        using var process = Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = folder })!;
        using var limit = new CancellationTokenSource(millis);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return false;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return true;
        }
    }

    /// <summary>As a reader: the manifest first, then every file that it names. The number of days that are there; a part of a day fails.</summary>
    private int ReadWholeDays(string place)
    {
        var path = Path.Combine(folder, place, "published/2025/10/25", Manifest);
        if (!File.Exists(path))
            return 0;
        using var manifest = JsonDocument.Parse(File.ReadAllBytes(path));
        foreach (var file in manifest.RootElement.GetProperty("files").EnumerateArray())
            Assert.Equal(file.GetProperty("sha256").GetString(), Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, place, file.GetProperty("key").GetString()!)))));
        return 1;
    }
}
