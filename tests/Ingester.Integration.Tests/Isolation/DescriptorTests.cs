using System.Diagnostics;
using Ingester.Demo;

namespace Ingester.Integration.Tests.Isolation;

/// <summary>Too few file descriptors are said at the start, in a sentence.</summary>
public sealed class DescriptorTests
{
    [Theory]
    [InlineData(48)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(256)]
    public async Task Too_few_descriptors_are_refused_at_the_start(int limit)
    {
        var folder = Directory.CreateTempSubdirectory("ingester-descriptors-").FullName;
        var start = new ProcessStartInfo("sh") { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { "-c", $"ulimit -n {limit}; exec \"$@\"", "sh" }
                     .Concat(ReplicaProcess.OwnCommandLine())
                     .Concat(["record", "--exchange", "binance=BTC-*", "--store", folder, "--set", "Ingester:Exchanges:binance:Rest=http://127.0.0.1:1", "--set", "Ingester:Status:Listen="]))
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.Contains($"The limit of open files is {limit} (ulimit -n)", await error, StringComparison.Ordinal);
        Assert.Equal(2, process.ExitCode);
        Assert.Equal("", await output);
        Directory.Delete(folder, recursive: true);
    }
}
