using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Ingester.Integration.Tests.Publishing;

namespace Ingester.Integration.Tests.Client;

/// <summary>The package of the client: what is in it, and that a new program restores it from a folder, builds the README's code and reads a store.</summary>
public sealed partial class ClientPackageTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ingester-client-").FullName;

    private static string Repository => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    private static string Source => Path.Combine(Repository, "src");

    [Fact]
    public async Task New_program_restores_the_package_builds_the_readme_and_reads_a_store()
    {
        await SmallExport.ImportAsync(folder);
        var package = await PackAsync();
        var version = Path.GetFileNameWithoutExtension(package)["Ingester.Client.".Length..];
        var program = Path.Combine(folder, "program");
        Directory.CreateDirectory(program);
        await File.WriteAllTextAsync(Path.Combine(program, "program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><ImplicitUsings>enable</ImplicitUsings><Nullable>enable</Nullable><TreatWarningsAsErrors>true</TreatWarningsAsErrors><NuGetAudit>false</NuGetAudit></PropertyGroup>
              <ItemGroup><PackageReference Include="Ingester.Client" Version="{version}" /></ItemGroup>
            </Project>
            """);
        // Packages that this build has restored already are taken from its folder: the test needs no feed.
        await File.WriteAllTextAsync(Path.Combine(program, "nuget.config"), $"""
            <configuration>
              <packageSources><clear /><add key="local" value="{Path.GetDirectoryName(package)}" /></packageSources>
              <fallbackPackageFolders><add key="restored" value="{await PackagesFolderAsync()}" /></fallbackPackageFolders>
            </configuration>
            """);
        await File.WriteAllTextAsync(Path.Combine(program, "Program.cs"), ReadmeProgram());
        await RunAsync(program, "dotnet", "build", "--nologo", "-v", "q", "-o", Path.Combine(program, "out"));
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(program, "out"), "*", SearchOption.AllDirectories), file => file.EndsWith(".so", StringComparison.Ordinal) || file.Contains("AspNetCore", StringComparison.Ordinal));

        var lines = (await RunAsync(program, "dotnet", Path.Combine(program, "out", "program.dll"))).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("2025-10-25T00:00:00.0000000Z 1 Sell 0.0012 at 68123.45", lines);
        Assert.Equal(239, lines.Count(line => line.Contains(" Sell 0.0012 at 68123.45", StringComparison.Ordinal)));
        Assert.Single(lines, line => line.Contains(" Gap ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("1761350460000000 open 68123.45 close 68123.45 volume 0.0708 ", StringComparison.Ordinal) && line.EndsWith(" not proven", StringComparison.Ordinal)); // the minute of the gap
        Assert.Contains(lines, line => line.StartsWith("1761350520000000 open 68123.45 close 68123.45 volume 0.0720 ", StringComparison.Ordinal) && line.EndsWith(" complete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Package_holds_the_referenced_projects_and_shows_only_the_client()
    {
        using var package = await ZipFile.OpenReadAsync(await PackAsync());
        var names = package.Entries.Select(entry => entry.FullName).ToList();
        Assert.Equal(["Ingester.Client", "Ingester.Core", "Ingester.Exchanges", "Ingester.Reading", "Ingester.Storage"],
            names.Where(name => name.StartsWith("lib/net10.0/", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal)).Select(name => Path.GetFileNameWithoutExtension(name)).Order());
        Assert.Equal(["ref/net10.0/Ingester.Client.dll", "ref/net10.0/Ingester.Client.xml"], names.Where(name => name.StartsWith("ref/", StringComparison.Ordinal)).Order());
        Assert.Contains("README.md", names);
        Assert.DoesNotContain(names, name => name.StartsWith("runtimes/", StringComparison.Ordinal));
        await using var manifest = await package.GetEntry("Ingester.Client.nuspec")!.OpenAsync();
        var depends = PackageDependency().Matches(await new StreamReader(manifest).ReadToEndAsync()).Select(match => match.Groups["id"].Value).Order().ToList();
        string[] inside = ["Ingester.Core", "Ingester.Exchanges", "Ingester.Reading", "Ingester.Storage"];
        var needed = inside.SelectMany(project => PackageReference().Matches(File.ReadAllText(Path.Combine(Source, project, project + ".csproj")))).Select(match => match.Groups["id"].Value).Distinct().Order();
        Assert.Equal(needed, depends);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The code of the README, as one program over the imported store and its day.</summary>
    private string ReadmeProgram()
    {
        var code = string.Join('\n', CodeBlock().Matches(File.ReadAllText(Path.Combine(Source, "Ingester.Client", "README.md"))).Select(match => match.Groups["code"].Value));
        var adapted = code.Replace("s3://bucket/md", Path.Combine(folder, "data"), StringComparison.Ordinal).Replace("new DateTimeOffset(2026, 11, 20, ", "new DateTimeOffset(2025, 10, 25, ", StringComparison.Ordinal);
        Assert.Contains(folder, adapted, StringComparison.Ordinal);
        Assert.Contains("2025, 10, 25", adapted, StringComparison.Ordinal);
        return adapted;
    }

    private async Task<string> PackAsync()
    {
        var output = Path.Combine(folder, "packages");
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!; // bin/CONFIGURATION/net10.0
        await RunAsync(Source, "dotnet", "pack", "Ingester.Client", "--no-build", "--nologo", "-v", "q", "-c", configuration, "-o", output);
        return Assert.Single(Directory.EnumerateFiles(output, "*.nupkg"));
    }

    private async Task<string> PackagesFolderAsync() => (await RunAsync(folder, "dotnet", "nuget", "locals", "global-packages", "--list")).Trim().Split(": ", 2)[1];

    private async Task<string> RunAsync(string directory, string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false, WorkingDirectory = directory };
        start.Environment["NUGET_PACKAGES"] = program == "dotnet" && directory != folder && directory != Source ? Path.Combine(folder, "restored") : null;
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync().WaitAsync(SmallExport.Patience);
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', start.ArgumentList)}\n{await output}\n{await error}");
        return await output;
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();

    [GeneratedRegex("<dependency id=\"(?<id>[^\"]+)\"")]
    private static partial Regex PackageDependency();

    [GeneratedRegex("<PackageReference Include=\"(?<id>[^\"]+)\" />")]
    private static partial Regex PackageReference();
}
