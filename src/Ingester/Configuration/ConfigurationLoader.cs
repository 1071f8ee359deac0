using System.Collections;
using System.Text.Json;
using Microsoft.Extensions.Configuration.Json;

namespace Ingester.Configuration;

/// <summary>Loads the settings of all commands from files, environment and command line.</summary>
internal static class ConfigurationLoader
{
    private const string DefaultFileName = "appsettings.json";

    /// <summary>
    /// Loads, in this order: <c>appsettings.json</c> from the program directory and from the working directory, <paramref name="file"/>, the
    /// environment, the command line. Sources that cannot be read are reported by <see cref="Settings.Read"/> together with all other errors.
    /// </summary>
    public static IConfigurationRoot Load(FileInfo? file, CommandLineSettings values)
    {
        var builder = new ConfigurationBuilder();
        var (own, local) = (Path.Combine(AppContext.BaseDirectory, DefaultFileName), Path.GetFullPath(DefaultFileName));
        foreach (var path in new[] { own, local }.Distinct(StringComparer.Ordinal).Where(File.Exists))
            builder.Add(ReadFile(path));
        if (file is not null)
            builder.Add(file.Exists ? ReadFile(file.FullName) : new($"in {file.FullName}", [], $"--config {file.FullName}: the file does not exist."));
        return builder
            .Add(ReadEnvironment(Environment.GetEnvironmentVariables()))
            .Add(new SettingsSource("on the command line", values, values.Errors))
            .Build();
    }

    /// <summary>The settings in the environment: variables that begin with <c>Ingester__</c> or <c>Serilog__</c>.</summary>
    public static SettingsSource ReadEnvironment(IDictionary variables)
    {
        var (values, errors) = (new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase), new List<string>());
        foreach (DictionaryEntry variable in variables)
        {
            var written = (string)variable.Key;
            var name = written.Replace("__", ":", StringComparison.Ordinal);
            if (SettingNames.HasKnownRoot(name))
                values[name] = (string?)variable.Value;
            else if (SettingNames.SuggestName(name) is { } meant)
                errors.Add($"{written}: unknown setting; did you mean {meant.Replace(":", "__", StringComparison.Ordinal)}? (in the environment)");
        }

        return new("in the environment", values, errors);
    }

    private static SettingsSource ReadFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var json = new JsonFile(new() { Stream = stream });
            return new($"in {path}", json.Values);
        }
        catch (JsonException broken)
        {
            return new($"in {path}", [], $"{path}, line {broken.LineNumber + 1}, byte {broken.BytePositionInLine + 1}: {MessageWithoutPosition(broken)}");
        }
        catch (Exception unreadable) when (unreadable is FormatException or IOException or UnauthorizedAccessException)
        {
            return new($"in {path}", [], $"{path}: {(unreadable.InnerException ?? unreadable).Message}");
        }
    }

    /// <summary>The message without its position: the reader counts lines from zero.</summary>
    private static string MessageWithoutPosition(JsonException broken)
    {
        var place = broken.Message.IndexOf(" Path: ", StringComparison.Ordinal);
        if (place < 0)
            place = broken.Message.IndexOf(" LineNumber: ", StringComparison.Ordinal);
        return place < 0 ? broken.Message : broken.Message[..place];
    }

    /// <summary>Exposes the values of the framework's JSON configuration provider.</summary>
    private sealed class JsonFile : JsonStreamConfigurationProvider, IDisposable
    {
        public JsonFile(JsonStreamConfigurationSource source)
            : base(source) => Load();

        public IDictionary<string, string?> Values => Data;

        public void Dispose() => Source.Stream?.Dispose();
    }
}
