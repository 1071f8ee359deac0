using System.ComponentModel;
using System.Reflection;
using Ingester.Core.Journals;
using Ingester.Core.Raw;
using Ingester.Core.Segments;
using Ingester.Core.Time;
using Ingester.Live;
using Ingester.Publishing.DataExchange;
using Ingester.Recording.Configuration;
using Ingester.Recording.Planning;
using Ingester.Status;
using Ingester.Storage.Stores;
using Ingester.Storage.Uploads;
using Ingester.Telemetry;

namespace Ingester.Configuration;

/// <summary>The names and types of all settings, and suggestions for misspelt names.</summary>
internal static class SettingNames
{
    /// <summary>The section of all settings except Serilog's.</summary>
    public const string Root = "Ingester";

    /// <summary>Serilog's section.</summary>
    public const string Serilog = "Serilog";

    /// <summary>The section of settings that only tests change, see <see cref="InternalSettingsOf"/>.</summary>
    public const string Internal = Root + ":Internal";

    private static readonly string[] Sections = [.. SettingsOf(typeof(RootSection)).Select(property => property.Name)];

    /// <summary>The names of all settings without the prefix; <c>0</c> is the index of a list item, <c>NAME</c> the name of an exchange.</summary>
    public static IReadOnlyList<string> All { get; } = [.. PathsOf(typeof(RootSection), "")];

    /// <summary>True for names in one of the two sections.</summary>
    public static bool HasKnownRoot(string name) => FirstPart(name) is var first && (EqualsIgnoreCase(first, Root) || EqualsIgnoreCase(first, Serilog)) && first.Length < name.Length;

    /// <summary>Adds the prefix <c>Ingester:</c> to the short names used in the documentation; unknown names are returned unchanged.</summary>
    public static string WithPrefix(string name) => Sections.Contains(FirstPart(name), StringComparer.OrdinalIgnoreCase) ? $"{Root}:{name}" : name;

    /// <summary>Suggests the setting that a misspelt environment variable may mean; null when it does not resemble a setting.</summary>
    /// <param name="name">Its name, with <c>:</c> instead of two underscores.</param>
    public static string? SuggestName(string name)
    {
        var first = FirstPart(name);
        if (first.Length < name.Length && NameSuggestion.Distance(first, Root) is 1 or 2)
            return Root.ToUpperInvariant() + name[first.Length..];
        const string OneUnderscore = "INGESTER_";
        if (!name.StartsWith(OneUnderscore, StringComparison.OrdinalIgnoreCase))
            return null;
        var rest = name[OneUnderscore.Length..].Split(['_', ':'], StringSplitOptions.RemoveEmptyEntries);
        return rest is [var section, ..] && Sections.Contains(section, StringComparer.OrdinalIgnoreCase) ? $"{Root.ToUpperInvariant()}:{string.Join(':', rest)}" : null;
    }

    /// <summary>Reports every unknown name, every value in place of a section or list, and every unreadable value.</summary>
    public static IEnumerable<string> FindErrors(IConfiguration configuration)
    {
        foreach (var section in configuration.GetChildren().Where(section => !EqualsIgnoreCase(section.Key, Root) && !EqualsIgnoreCase(section.Key, Serilog)))
            yield return DescribeUnknown(configuration, section, [Root, Serilog, .. Sections]);
        foreach (var error in FindErrors(configuration, configuration.GetSection(Root), typeof(RootSection), except: Internal))
            yield return error;
    }

    /// <summary>True when a text can be converted to the type of a setting.</summary>
    public static bool IsReadable(Type type, string value)
    {
        if (value.Length == 0 && Nullable.GetUnderlyingType(type) is not null)
            return true;
        try
        {
            return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(value) is not null;
        }
        catch (Exception unreadable) when (unreadable is FormatException or ArgumentException or NotSupportedException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>The type of a setting.</summary>
    /// <param name="options">The type to which its section is bound.</param>
    /// <param name="path">Its name below that section.</param>
    public static Type? TypeOf(Type options, string path)
    {
        var type = options;
        foreach (var part in path.Split(':'))
            if ((ItemTypeOf(type) ?? Find(type, part)?.PropertyType) is { } next)
                type = next;
            else
                return null;
        return type;
    }

    /// <summary>The settings of an options class.</summary>
    public static IEnumerable<PropertyInfo> SettingsOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite);

    /// <summary>The internal properties of an options class: no settings of users.</summary>
    public static IEnumerable<PropertyInfo> InternalSettingsOf(Type type) =>
        type.GetProperties(BindingFlags.NonPublic | BindingFlags.Instance).Where(property => property.CanWrite);

    /// <summary>The element type of a list, or the value type of a map; null for other types.</summary>
    public static Type? ItemTypeOf(Type type) => type.IsGenericType && Nullable.GetUnderlyingType(type) is null ? type.GetGenericArguments()[^1] : null;

    /// <summary>True for an options class; false for values, lists and maps.</summary>
    public static bool IsSection(Type type) => type.IsClass && type != typeof(string) && type != typeof(Uri) && !type.IsGenericType;

    private static IEnumerable<string> FindErrors(IConfiguration all, IConfigurationSection section, Type type, string? except = null)
    {
        if (!string.IsNullOrEmpty(section.Value))
            return [$"{section.Path}: \"{section.Value}\" is a value, but a section is expected, with {JoinNames(SettingsOf(type).Select(p => p.Name))}.{SettingsSource.DescribeOrigin(all, section.Path)}"];
        return section.GetChildren().Where(child => except is null || !EqualsIgnoreCase(child.Path, except)).SelectMany(child => Find(type, child.Key) is { } property
            ? FindSettingErrors(all, child, property.PropertyType)
            : [DescribeUnknown(all, child, [.. SettingsOf(type).Select(p => p.Name)])]);
    }

    private static IEnumerable<string> FindSettingErrors(IConfiguration all, IConfigurationSection setting, Type type)
    {
        if (IsSection(type))
            return FindErrors(all, setting, type);
        if (ItemTypeOf(type) is { } item)
            return string.IsNullOrEmpty(setting.Value)
                ? setting.GetChildren().SelectMany(child => FindSettingErrors(all, child, item))
                : [$"{setting.Path}: \"{setting.Value}\" is a single value, but a list is expected: write {setting.Path}:0, or [ … ] in JSON.{SettingsSource.DescribeOrigin(all, setting.Path)}"];
        if (setting.GetChildren().Any())
            return setting.GetChildren().Select(below => $"{below.Path}: unknown setting; {setting.Path} is {DescribeType(type)}.{SettingsSource.DescribeOrigin(all, below.Path)}");
        return setting.Value is not { } value || IsReadable(type, value) ? [] : [$"{setting.Path}: \"{value}\" is not {DescribeType(type)}.{SettingsSource.DescribeOrigin(all, setting.Path)}"];
    }

    /// <summary>Describes the type of a setting, such as <c>a whole number</c>.</summary>
    private static string DescribeType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(TimeSpan) ? "a time span such as 00:01:00 (hours, minutes, seconds)"
            : type == typeof(bool) ? "true or false"
            : type == typeof(DateTimeOffset) ? "a date and time such as 2026-12-01T12:00Z"
            : type == typeof(Uri) ? "an address such as http://127.0.0.1:4566"
            : type == typeof(double) ? "a number"
            : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
            : type == typeof(int) || type == typeof(long) ? "a whole number"
            : "a text";
    }

    private static string DescribeUnknown(IConfiguration all, IConfigurationSection setting, IReadOnlyList<string> names)
    {
        if (RemovedSettings.Explain(setting.Path) is { } fate)
            return $"{setting.Path}: this setting was removed: {fate}.{SettingsSource.DescribeOrigin(all, setting.Path)}";
        var near = NameSuggestion.Nearest(setting.Key, names);
        List<string> elsewhere = [.. All.Where(path => EqualsIgnoreCase(path[(path.LastIndexOf(':') + 1)..], setting.Path[(setting.Path.LastIndexOf(':') + 1)..])).Take(3)];
        var meant = near.Count > 0 ? near : elsewhere;
        return $"{setting.Path}: unknown setting; {(meant.Count > 0 ? $"did you mean {string.Join(" or ", meant)}?" : $"available: {JoinNames(names)}.")}"
            + SettingsSource.DescribeOrigin(all, setting.Path);
    }

    private static IEnumerable<string> PathsOf(Type type, string prefix) => SettingsOf(type).SelectMany(property =>
    {
        var (path, below) = (prefix + property.Name, property.PropertyType);
        while (ItemTypeOf(below) is { } item)
            (path, below) = ($"{path}:{(below.GetGenericArguments().Length == 2 ? "NAME" : "0")}", item);
        return IsSection(below) ? PathsOf(below, path + ":") : [path];
    });

    private static PropertyInfo? Find(Type type, string name) => SettingsOf(type).FirstOrDefault(property => EqualsIgnoreCase(property.Name, name));

    private static string JoinNames(IEnumerable<string> names) => string.Join(", ", names);

    private static string FirstPart(string name) => name.Split(':', 2)[0];

    private static bool EqualsIgnoreCase(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>The structure of the section <c>Ingester</c>: property names are configuration keys.</summary>
    private sealed class RootSection
    {
        public string? Replica { get; set; }

        public IList<string>? Replicas { get; set; }

        public TimeSpan StopTimeout { get; set; }

        public ClockOptions? Clock { get; set; }

        public SegmentOptions? Segments { get; set; }

        public StorageOptions? Storage { get; set; }

        public JournalOptions? Journals { get; set; }

        public RawOptions? Raw { get; set; }

        public StoreOptions? Store { get; set; }

        public ConnectionOptions? Connections { get; set; }

        public StatusOptions? Status { get; set; }

        public LiveStreamOptions? Live { get; set; }

        public TelemetryOptions? Telemetry { get; set; }

        public ShardOptions? Shard { get; set; }

        public IDictionary<string, ExchangeOptions>? Exchanges { get; set; }

        public DataExchangeOptions? DataExchange { get; set; }
    }
}
