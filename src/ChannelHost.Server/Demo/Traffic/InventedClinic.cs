using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ChannelHost.Server.Demo.Traffic;

/// <summary>
/// A practice with invented patients and appointments, and what its systems would send: the same seed tells the same story. Some messages are bad on
/// purpose, when that is wanted: an unknown event, a missing record number, a ragged row, a form that lacks an answer. For one thread.
/// </summary>
internal sealed class InventedClinic
{
    private const int Patients = 300;
    private const int MostAppointments = 200;

    /// <summary>One message in so many is bad.</summary>
    private const int BadEvery = 25;

    private static readonly string[] Doctors = ["77^Harmon^Lee", "81^Ostrowski^Jana", "93^Delgado^Ruth"];

    private static readonly (string Code, string Name, string Unit, string Range, double From, double To)[] Analytes =
    [
        ("718-7", "Hemoglobin", "g/dL", "12-16", 9, 18), ("4544-3", "Hematocrit", "%", "36-46", 30, 52), ("2345-7", "Glucose", "mg/dL", "70-99", 60, 180),
        ("2951-2", "Sodium", "mmol/L", "136-145", 130, 150), ("2823-3", "Potassium", "mmol/L", "3.5-5.1", 3, 6),
    ];

    private readonly Random _chance;
    private readonly TimeProvider _time;
    private readonly bool _withBad;
    private readonly string _run;
    private readonly List<Patient> _patients = [];
    private readonly List<Appointment> _appointments = [];
    private long _number;

    /// <summary>Founds the practice.</summary>
    /// <param name="seed">What happens in it.</param>
    /// <param name="withBad">True: some messages are bad on purpose.</param>
    /// <param name="time">The clock; its time of founding is part of all ids, so that a second demo repeats none.</param>
    public InventedClinic(int seed, bool withBad, TimeProvider time)
    {
        (_chance, _withBad, _time) = (new Random(seed), withBad, time);
        _run = time.GetUtcNow().ToUnixTimeSeconds().ToString("X", CultureInfo.InvariantCulture);
        for (var number = 0; number < Patients; number++)
        {
            _patients.Add(Patient.Invent(number, _chance));
        }
    }

    /// <summary>What is sent next on this line.</summary>
    public TrafficItem Next(TrafficLine line)
    {
        _number++;
        return new TrafficItem(line, _number, line switch
        {
            TrafficLine.Registrations => Registration(),
            TrafficLine.LabResults => Result("LAB", withDocument: _chance.Next(3) == 0),
            TrafficLine.Charges => Charge(),
            TrafficLine.Appointments => Scheduling(),
            TrafficLine.Forms => Form(),
            TrafficLine.PatientLists => PatientList(),
            _ => Result("EHR", withDocument: false),
        });
    }

    private string ControlId => $"D{_run}-{_number}";

    private DateTimeOffset Now => _time.GetLocalNow();

    private bool IsBad => _withBad && _chance.Next(BadEvery) == 0;

    private byte[] Registration()
    {
        var at = _chance.Next(_patients.Count);
        var patient = _patients[at];
        if (IsBad)
        {
            // Half of them an event that the channel does not want, half a patient without a record number, which it cannot use.
            return _chance.Next(2) == 0 ? Adt("A99", "ADT_A01", patient, patient.Mrn) : Adt("A04", "ADT_A01", patient, mrn: "");
        }

        switch (_chance.Next(10))
        {
            case < 4:
                return Adt("A04", "ADT_A01", patient, patient.Mrn);
            case < 7:
                _patients[at] = patient.Moved(_chance);
                return Adt("A08", "ADT_A01", _patients[at], patient.Mrn);
            case < 9:
                return Adt("A31", "ADT_A05", patient, patient.Mrn);
            default:
                return Merge(patient);
        }
    }

    private byte[] Adt(string happened, string structure, Patient patient, string mrn) =>
        new Er7Writer("PMS", $"ADT^{happened}^{structure}", ControlId, Now)
            .Segment($"EVN|{happened}|{Er7Writer.Time(Now)}")
            .Patient(patient, mrn)
            .Segment($"PV1|1|O|CLINIC^ROOM {_chance.Next(1, 9)}")
            .ToBytes();

    private byte[] Merge(Patient into)
    {
        var from = _patients[_chance.Next(_patients.Count)];
        return new Er7Writer("PMS", "ADT^A40^ADT_A39", ControlId, Now)
            .Segment($"EVN|A40|{Er7Writer.Time(Now)}")
            .Patient(into, into.Mrn)
            .Segment($"MRG|{from.Mrn}^^^CLINIC^MR")
            .ToBytes();
    }

    private byte[] Result(string sender, bool withDocument)
    {
        var patient = _patients[_chance.Next(_patients.Count)];
        var message = new Er7Writer(sender, "ORU^R01^ORU_R01", ControlId, Now)
            .Patient(patient, patient.Mrn)
            .Segment($"PV1|1|O")
            .Segment($"ORC|RE|PO-{_number}|FO-{_number}")
            .Segment($"OBR|1|PO-{_number}|FO-{_number}|58410-2^Panel^LN|||{Er7Writer.Time(Now)}|||||||||{Doctors[_chance.Next(Doctors.Length)]}|||||||||F");
        var count = _chance.Next(2, Analytes.Length + 1);
        for (var at = 0; at < count; at++)
        {
            var (code, name, unit, range, from, to) = Analytes[at];
            var value = from + (_chance.NextDouble() * (to - from));
            message.Segment($"OBX|{at + 1}|NM|{code}^{name}^LN||{value:0.0}|{unit}|{range}||||F");
        }

        if (withDocument)
        {
            var report = Convert.ToBase64String(Encoding.UTF8.GetBytes($"Invented report {_number}"));
            message.Segment($"OBX|{count + 1}|ED|PDF^Report^L||LAB^AP^PDF^Base64^{report}||||||F");
        }

        return message.ToBytes();
    }

    private byte[] Charge()
    {
        var patient = _patients[_chance.Next(_patients.Count)];
        var day = Now.ToString("yyyyMMdd", CultureInfo.InvariantCulture);
        var message = new Er7Writer("PMS", "DFT^P03^DFT_P03", ControlId, Now).Segment($"EVN|P03|{Er7Writer.Time(Now)}").Patient(patient, patient.Mrn).Segment($"PV1|1|O");
        if (!IsBad)
        {
            // Without any FT1 there is nothing to bill, and the channel says so.
            message.Segment($"FT1|1|||{day}||CG|99213^Office visit^C4|||1|{_chance.Next(40, 200)}.50^USD||||||||Z00.00^General examination^I10||||||99213^Office visit^C4");
        }

        return message.ToBytes();
    }

    private byte[] Scheduling()
    {
        if (IsBad)
        {
            return Siu("S17", Booked());
        }

        if (_appointments.Count < 10 || (_appointments.Count < MostAppointments && _chance.Next(2) == 0))
        {
            _appointments.Add(Booked());
            return Siu("S12", _appointments[^1]);
        }

        var at = _chance.Next(_appointments.Count);
        var appointment = _appointments[at];
        switch (_chance.Next(6))
        {
            case < 2:
                _appointments[at] = appointment with { Start = appointment.Start.AddDays(_chance.Next(1, 14)) };
                return Siu("S13", _appointments[at]);
            case < 4:
                _appointments[at] = appointment with { Minutes = appointment.Minutes == 20 ? 40 : 20 };
                return Siu("S14", _appointments[at]);
            case < 5:
                _appointments.RemoveAt(at);
                return Siu("S15", appointment);
            default:
                _appointments.RemoveAt(at);
                return Siu("S26", appointment);
        }
    }

    private Appointment Booked() => new(
        $"AP{_run}-{_number}",
        _patients[_chance.Next(_patients.Count)],
        Now.Date.AddDays(_chance.Next(1, 60)).AddHours(8).AddMinutes(20 * _chance.Next(0, 27)),
        20,
        Doctors[_chance.Next(Doctors.Length)]);

    private byte[] Siu(string happened, Appointment appointment)
    {
        var end = appointment.Start.AddMinutes(appointment.Minutes);
        return new Er7Writer("PMS", $"SIU^{happened}^SIU_S12", ControlId, Now)
            .Segment($"SCH|{appointment.Id}|||||CHECKUP^Check-up^L|ROUTINE^Routine^L||{appointment.Minutes}|min^Minutes^UCUM|^^{appointment.Minutes}^{Er7Writer.Time(appointment.Start)}^{Er7Writer.Time(end)}|||||{appointment.Doctor}")
            .Patient(appointment.Patient, appointment.Patient.Mrn)
            .Segment($"RGS|1|A")
            .Segment($"AIP|1|A|{appointment.Doctor}|||{Er7Writer.Time(appointment.Start)}|||{appointment.Minutes}|min")
            .Segment($"AIL|1|A|CLINIC^ROOM {_chance.Next(1, 9)}")
            .ToBytes();
    }

    private byte[] Form()
    {
        var patient = _patients[_chance.Next(_patients.Count)];
        var form = new JsonObject
        {
            ["formId"] = $"F{_run}-{_number}",
            ["submitted"] = Now.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
            ["patient"] = new JsonObject
            {
                ["mrn"] = IsBad ? null : patient.Mrn,
                ["family"] = patient.Family,
                ["given"] = patient.Given,
                ["born"] = patient.Born.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                ["sex"] = patient.Sex.ToString(),
            },
            ["answers"] = new JsonArray(
                Answer("8302-2", "Height", _chance.Next(150, 200), "cm"),
                Answer("29463-7", "Weight", _chance.Next(45, 120), "kg"),
                Answer("72166-2", "Smoking", _chance.Next(3) == 0 ? "daily" : "never", null)),
        };
        return Encoding.UTF8.GetBytes(form.ToJsonString());
    }

    private static JsonObject Answer(string code, string question, JsonNode value, string? unit)
    {
        var answer = new JsonObject { ["code"] = code, ["question"] = question, ["value"] = value };
        if (unit is not null)
        {
            answer["unit"] = unit;
        }

        return answer;
    }

    private byte[] PatientList()
    {
        var list = new StringBuilder("mrn,family,given,born,sex,street,city,postcode,phone,status\r\n");
        var rows = _chance.Next(3, 9);
        for (var row = 0; row < rows; row++)
        {
            var patient = _patients[_chance.Next(_patients.Count)];
            var status = _chance.Next(3) == 0 ? "new" : "changed";
            list.Append(CultureInfo.InvariantCulture, $"{patient.Mrn},{patient.Family},{patient.Given},{patient.Born:yyyy-MM-dd},{patient.Sex},\"{patient.Street}\",{patient.City},{patient.Postcode},{patient.Phone},{status}\r\n");
        }

        if (IsBad || (_withBad && _chance.Next(4) == 0))
        {
            list.Append("29999,Ragged,Row\r\n");
        }

        return Encoding.UTF8.GetBytes(list.ToString());
    }
}
