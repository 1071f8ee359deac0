using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Ingester.Integration.Tests.Containers;

/// <summary>The compose file with each of its profiles, as compose itself reads it. It needs no engine.</summary>
public sealed partial class ComposeFileTests
{
    private static readonly string[][] Programs = [["docker-compose"], ["docker", "compose"]];

    /// <summary>The services of each profile that no other profile has.</summary>
    private static readonly SortedDictionary<string, string[]> Services = new(StringComparer.Ordinal)
    {
        ["candles"] = ["candles"],
        ["nightly"] = ["nightly", "nightly-key"],
        ["observability"] = ["grafana", "prometheus"],
        ["paper"] = ["paper"],
        ["sql"] = ["derive", "grafana-sql", "load", "postgres"],
    };

    public static TheoryData<string> Profiles => [.. Services.Keys];

    private static string ComposeFile => Path.Combine(ContainerEngine.Repository, "docker-compose.yml");

    [Fact]
    public void Every_profile_of_the_file_is_tested() =>
        Assert.Equal(ProfileName().Matches(File.ReadAllText(ComposeFile)).Select(static match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal), Services.Keys);

    [Theory]
    [MemberData(nameof(Profiles))]
    public async Task Profile_is_valid_and_has_its_services_and_every_file_that_is_mounted_exists(string profile)
    {
        Assert.Empty(Services[profile].Except(await ServicesAsync("--profile", profile))); // version 1 lists the services of other profiles, too
        var mounted = File.ReadLines(ComposeFile).Select(static line => line.Trim()).Where(static line => line.StartsWith("- ./", StringComparison.Ordinal)).Select(static line => line[2..].Split(':')[0]);
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

    [GeneratedRegex("profiles: \\[\"([a-z]+)\"\\]")]
    private static partial Regex ProfileName();
}
