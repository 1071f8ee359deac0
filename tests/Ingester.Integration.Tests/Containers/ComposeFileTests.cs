using System.Diagnostics;

namespace Ingester.Integration.Tests.Containers;

/// <summary>The compose file with each of its profiles, as compose itself reads it. It needs no engine.</summary>
public sealed class ComposeFileTests
{
    private static readonly string[][] Programs = [["docker-compose"], ["docker", "compose"]];

    [Theory]
    [InlineData("candles", "candles")]
    [InlineData("observability", "grafana", "prometheus")]
    [InlineData("nightly", "nightly", "nightly-key")]
    [InlineData("paper", "paper")]
    [InlineData("sql", "derive", "grafana-sql", "load", "postgres")]
    public async Task Profile_is_valid_and_has_its_services_and_every_file_that_is_mounted_exists(string profile, params string[] services)
    {
        Assert.Empty(services.Except(await ServicesAsync("--profile", profile))); // version 1 lists the services of other profiles, too
        var mounted = File.ReadLines(Path.Combine(ContainerEngine.Repository, "docker-compose.yml")).Select(static line => line.Trim()).Where(static line => line.StartsWith("- ./", StringComparison.Ordinal)).Select(static line => line[2..].Split(':')[0]);
        Assert.All(mounted, static path => Assert.True(Path.Exists(Path.Combine(ContainerEngine.Repository, path)), path));
    }

    private static async Task<List<string>> ServicesAsync(params string[] options)
    {
        var errors = new List<string>();
        foreach (var program in Programs)
            try
            {
                var start = new ProcessStartInfo(program[0], [.. program[1..], .. options, "config", "--services"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = ContainerEngine.Repository };
                using var process = Process.Start(start)!;
                var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
                await process.WaitForExitAsync();
                if (process.ExitCode == 0)
                    return [.. (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];
                errors.Add(await error);
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // Not installed: the next one.
            }

        Assert.SkipWhen(errors.Count == 0 || errors.TrueForAll(static error => error.Contains("is not a docker command", StringComparison.Ordinal)), "Neither docker-compose nor docker compose is installed.");
        Assert.Fail(string.Join('\n', errors));
        return [];
    }
}
