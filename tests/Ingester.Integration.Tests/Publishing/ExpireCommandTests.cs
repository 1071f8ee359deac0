using System.Text.Json;
using System.Text.Json.Nodes;
using Ingester.Integration.Tests.Commands;
using Ingester.Integration.Tests.Schemas;
using Ingester.Schemas;

namespace Ingester.Integration.Tests.Publishing;

/// <summary><c>ingester expire</c>: what it removes, what it refuses, and what the other commands say of such a day.</summary>
public sealed class ExpireCommandTests : IDisposable
{
    private static readonly string[] Expire = ["expire", "--before", "2025-11-01", "--only-certified", "--key", "signing.pub.pem", "--store", "data"];
    private static readonly string[] Period = ["--from", $"{SmallExport.Day}T00:00", "--to", $"{SmallExport.Day}T00:04", "--store", "data"];

    private readonly string folder = Directory.CreateTempSubdirectory("ingester-expire-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Certified_day_expires_and_the_other_commands_say_so()
    {
        await SmallExport.CreateAsync(folder);
        await RunAsync(0, "certificate", "key", "signing.pem");
        Assert.Contains("No day before 2025-11-01 has a certificate", await RunAsync(0, Expire), StringComparison.Ordinal);
        await RunAsync(3, "certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem");
        var audit = await RunAsync(1, ["audit", "--json", .. Period]);
        var files = Segments();
        Assert.True(files > 4, $"{files} segments");

        PublishedSchema.Validate(OutputSchema.Expire, await RunAsync(0, [.. Expire, "--json"]));
        Assert.Equal(files, Segments());
        var done = JsonNode.Parse(await RunAsync(0, [.. Expire, "--apply", "--json"]))!;
        Assert.Equal(files, done["objects"]!.GetValue<int>());
        Assert.Equal(0, Segments());
        Assert.Contains("2 were removed before", await RunAsync(0, [.. Expire, "--apply"]), StringComparison.Ordinal);

        var after = await RunAsync(1, ["audit", "--json", .. Period]);
        PublishedSchema.Validate(OutputSchema.Audit, after);
        Assert.Equal(files, JsonNode.Parse(after)!["streams"]!.AsArray().Sum(static stream => stream!["expired"]!.GetValue<int>()));
        Assert.Equal(WithoutExpired(audit), WithoutExpired(after));
        Assert.Contains($"{files} objects have expired", await RunAsync(1, ["audit", .. Period]), StringComparison.Ordinal);
        await RunAsync(0, "certificate", "verify", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pub.pem");

        foreach (var line in new string[][]
        {
            ["export", "--date", SmallExport.Day, "--store", "data"],
            ["certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem"],
            ["merge", "binance", "BTC-USDT", .. Period],
            ["replay", "binance", "BTC-USDT", .. Period],
            ["repair", "--offline", .. Period],
            ["derive", .. Period],
            ["book", "binance", "BTC-USDT", "--at", $"{SmallExport.Day}T00:02", "--store", "data"],
        })
            Assert.Contains($"of {SmallExport.Day} has expired: its objects were removed after the day was exported and certified.", await RunAsync(2, line), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Young_days_a_missing_switch_and_a_changed_file_are_refused()
    {
        await SmallExport.CreateAsync(folder);
        await RunAsync(0, "certificate", "key", "signing.pem");
        await RunAsync(3, "certificate", "create", "--date", SmallExport.Day, "--store", "data", "--key", "signing.pem");
        Assert.Contains("includes days less than 8 days old", await RunAsync(2, ["expire", "--before", "today", .. Expire[3..]]), StringComparison.Ordinal);
        Assert.Contains("give --only-certified", await RunAsync(2, [.. Expire.Where(static word => word != "--only-certified")]), StringComparison.Ordinal);
        var (files, path) = (Segments(), Path.Combine(folder, "data", SmallExport.Csv));
        await File.WriteAllBytesAsync(path, [.. await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken), 1], TestContext.Current.CancellationToken);
        var kept = JsonNode.Parse(await RunAsync(3, [.. Expire, "--apply", "--json", "--dataset", "trades"]))!["days"]![0]!;
        Assert.Equal("kept", kept["state"]!.GetValue<string>());
        Assert.Contains("was changed", kept["problems"]![0]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(files, Segments());
    }

    private int Segments() => new[] { "trades", "depth", "fragments" }.Select(name => Path.Combine(folder, "data", name)).Where(Directory.Exists).Sum(static path => Directory.GetFiles(path, "*.gz", SearchOption.AllDirectories).Length);

    private static string WithoutExpired(string audit)
    {
        var report = JsonNode.Parse(audit)!;
        foreach (var stream in report["streams"]!.AsArray())
            stream!.AsObject().Remove("expired");
        return report.ToJsonString(JsonSerializerOptions.Web);
    }

    /// <summary>Runs a command; what it wrote to its standard output, or to its standard error if that is all.</summary>
    private async Task<string> RunAsync(int exit, params string[] arguments)
    {
        var ended = await EndedCommand.RunAsync(folder, SmallExport.Patience, arguments);
        Assert.True(ended.Exit == exit, $"{string.Join(' ', arguments)}: {ended.Exit}\n{ended.Output}{ended.Error}");
        return ended.Output.Length > 0 ? ended.Output : ended.Error;
    }
}
