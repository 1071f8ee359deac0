using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;

namespace Ingester.Configuration;

/// <summary>
/// Describes why values violate the limits of their settings. The generated validators decide whether they do, but their messages name types and
/// attributes of the program.
/// </summary>
internal static class OptionErrors
{
    /// <summary>All errors, each with its path in the configuration.</summary>
    /// <param name="path">The configuration path of the options.</param>
    /// <param name="options">An instance of an options class.</param>
    public static IEnumerable<(string Place, string Sentence)> Find(string path, object options)
    {
        foreach (var property in SettingNames.SettingsOf(options.GetType()))
        {
            var (value, place) = (property.GetValue(options), $"{path}:{property.Name}");
            foreach (var limit in property.GetCustomAttributes<ValidationAttribute>().Where(limit => !limit.IsValid(value)).Take(1))
                yield return (place, Describe(limit, property.Name, value));
            foreach (var error in FindNested(place, property.PropertyType, value))
                yield return error;
        }

        if (options is IValidatableObject relations)
            foreach (var result in relations.Validate(new(options)))
                yield return (path, result.ErrorMessage!);
    }

    private static IEnumerable<(string Place, string Sentence)> FindNested(string place, Type type, object? value) =>
        value is null ? []
        : SettingNames.IsSection(type) ? Find(place, value)
        : SettingNames.ItemTypeOf(type) is { } item && SettingNames.IsSection(item)
            ? ((IEnumerable<object>)value).SelectMany((element, index) => Find($"{place}:{index}", element))
        : [];

    private static string Describe(ValidationAttribute limit, string name, object? value)
    {
        var shown = string.Create(CultureInfo.InvariantCulture, $"{value}");
        return limit switch
        {
            RequiredAttribute => "a value is required.",
            RangeAttribute range => string.Create(CultureInfo.InvariantCulture, $"{shown} is not between {range.Minimum} and {range.Maximum}."),
            AllowedValuesAttribute allowed => $"{shown} is not one of {string.Join(", ", allowed.Values)}.",
            EnumDataTypeAttribute choices => $"{shown} is not one of {string.Join(", ", Enum.GetNames(choices.EnumType))}.",
            _ => DescribeCustom(limit, name, shown),
        };
    }

    /// <summary>The message of the attribute without the leading property name.</summary>
    private static string DescribeCustom(ValidationAttribute limit, string name, string shown)
    {
        var sentence = limit.FormatErrorMessage(shown);
        if (sentence.StartsWith(name + ": ", StringComparison.Ordinal))
            sentence = sentence[(name.Length + 2)..];
        return sentence.Contains($"'{shown}'", StringComparison.Ordinal) ? sentence : $"\"{shown}\" is not accepted: {sentence}";
    }
}
