using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace Ingester.Paper.Settings;

/// <summary>Reads the settings: a profile, then a file, then environment variables, then the command line.</summary>
internal static class PaperSettings
{
    /// <summary>The profiles. Both only simulate.</summary>
    public static readonly IReadOnlyList<string> Profiles = ["dev", "prod"];

    private static readonly JsonSerializerOptions Json = new() { IncludeFields = false };

    /// <summary>Reads and validates the settings.</summary>
    /// <param name="profile">One of <see cref="Profiles"/>.</param>
    /// <param name="file">A JSON file; null for none.</param>
    /// <param name="values">Settings of the command line, such as <c>Paper:BarMinutes</c>.</param>
    /// <exception cref="SettingsException">A setting is not valid; the message has all problems.</exception>
    public static PaperOptions Read(string profile, FileInfo? file, IReadOnlyDictionary<string, string?> values)
    {
        var options = new PaperOptions();
        try
        {
            using var text = typeof(PaperSettings).Assembly.GetManifestResourceStream($"{typeof(PaperSettings).Namespace}.{profile}.json")
                ?? throw new SettingsException($"--profile: '{profile}' is not one of {string.Join(", ", Profiles)}.");
            var builder = new ConfigurationBuilder().AddJsonStream(text);
            if (file is not null)
                builder.AddJsonFile(file.FullName, optional: false);
            builder.AddEnvironmentVariables("INGESTER_").AddInMemoryCollection(values);
            builder.Build().GetSection(PaperOptions.Section).Bind(options, static binder => binder.ErrorOnUnknownConfiguration = true);
        }
        catch (Exception invalid) when (invalid is InvalidOperationException or FormatException or InvalidDataException or IOException)
        {
            throw new SettingsException($"The settings are not valid: {invalid.Message}{(invalid.InnerException is { } cause ? $" {cause.Message}" : "")}", invalid);
        }

        var result = new PaperOptionsValidator().Validate(null, options);
        return result.Failed ? throw new SettingsException(string.Join('\n', result.Failures ?? [])) : options;
    }

    /// <summary>The hash of the settings that decide anything: alerts and secrets are not part of it.</summary>
    public static string Hash(PaperOptions options)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(new
        {
            options.Markets,
            options.BarMinutes,
            options.Cash,
            options.History,
            Models = options.GetModels(),
            options.Decision,
            options.Risk,
            options.Orders,
            options.Feed.Latency,
        }, Json);
        return Convert.ToHexStringLower(SHA256.HashData(text));
    }
}
