// Run rounds of endless streams through a Verilated streaming core without leaving C++.
//
// Compiled by quantacore.sim.verilator with NUM_SLOTS, NUM_EDGES, WORD_BITS, PREDICTION_BITS,
// WITH_CORRECTIONS and CLOCK defined; called by quantacore.sim.stream_batch through ctypes. It
// drives the AXI ports, as a user's system does: all settings and images go through registers.
#include "core_model.h"

namespace {

constexpr int kRoundWords = words_for(NUM_SLOTS);
constexpr int kRoundBytes = bytes_for(NUM_SLOTS);
constexpr int kPredictionBytes = PREDICTION_BITS / 8;
constexpr int kCorrectionWords = words_for(NUM_EDGES);
constexpr int kCorrectionBytes = bytes_for(NUM_EDGES);

// Marsaglia's xorshift64: gaps and stalls need no better one, and every run repeats.
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed * 2 + 1) {}
    bool happens(int percent) {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 7;
        state_ ^= state_ << 17;
        return int(state_ % 100) < percent;
    }

  private:
    uint64_t state_;
};

struct Traffic {
    int32_t period;  // a round every so many cycles; 0: as fast as the core takes them
    int32_t gap_percent;
    int32_t stall_percent;
    int32_t seed;
    int32_t every_cycle;  // 1: simulate also cycles in which nothing changes
    int32_t until_rest;   // 1: stop when nothing will change any more, not at a count of windows
};

struct Rounds {
    int64_t count;
    const uint8_t* defects;      // kRoundBytes a round
    const uint8_t* ends;         // 1: last round of its shot
    const int32_t* extra_words;  // of its packet: below 0 too few, above 0 too many
    uint64_t* accepted_at;
};

// Writes of registers while the streams go on; each waits for its round to be sent.
struct Writes {
    int64_t count;
    const int64_t* after_rounds;
    const uint32_t* addresses;
    const uint32_t* values;
    uint8_t* responses;
};

struct Windows {
    int64_t count;
    uint8_t* predictions;  // kPredictionBytes a window
    uint64_t* valid_at;
    uint8_t* corrections;  // kCorrectionBytes a window, zeroed by the caller
};

class StreamCore : public ClockedModel {
  public:
    explicit StreamCore(int seed) : ClockedModel(seed) {
        model_->s_axis_rounds_tvalid = 0;
        model_->s_axil_awvalid = 0;
        model_->s_axil_wvalid = 0;
        model_->s_axil_arvalid = 0;
        model_->s_axil_bready = 1;
        model_->s_axil_rready = 1;
        set_outputs_ready(false, false);
        model_->aresetn = 0;
        for (int i = 0; i < 4; ++i) {
            settle();
            tick();
        }
        model_->aresetn = 1;
        settle();
    }

    int write(uint32_t address, uint32_t value, uint32_t* response) {
        set_outputs_ready(false, false);
        begin_write(address, value);
        for (uint64_t waited = 0; writing_; ++waited) {
            if (waited > kPatience) return HANGS;
            settle();
            answer_write(response);
            step();
        }
        settle();
        return OK;
    }

    int read(uint32_t address, uint32_t* value, uint32_t* response) {
        set_outputs_ready(false, false);
        model_->s_axil_araddr = address;
        model_->s_axil_arvalid = 1;
        bool asked = false, answered = false;
        for (uint64_t waited = 0; !answered; ++waited) {
            if (waited > kPatience) return HANGS;
            settle();
            const bool moves = !asked && model_->s_axil_arready;
            if (model_->s_axil_rvalid) {
                *value = model_->s_axil_rdata;
                *response = model_->s_axil_rresp;
                answered = true;
            }
            tick();
            if (moves) {
                asked = true;
                model_->s_axil_arvalid = 0;
            }
        }
        settle();
        return OK;
    }

    bool irq() const { return model_->irq; }

    int run(const Rounds& rounds, const Traffic& traffic, const Writes& writes,
            const Windows& windows, int64_t* num_done) {
        Random gaps(traffic.seed), stalls(traffic.seed + 1), correction_stalls(traffic.seed + 2);
        int64_t sent = 0, predicted = 0, corrected = 0, written = 0;
        int word = 0, correction_word = 0;
        bool offering = false, seen = false;
        unsigned waited = 0;
        const uint64_t began = total_cycles_;
        uint64_t last_progress = began;
        uint32_t response = 0;
        uint8_t bytes[kWordBytes];
        while (traffic.until_rest || predicted < windows.count ||
               (WITH_CORRECTIONS && corrected < windows.count) || sent < rounds.count ||
               written < writes.count) {
            *num_done = predicted;
            const bool due = total_cycles_ - began >= uint64_t(sent) * traffic.period;
            if (!offering && sent < rounds.count && due && !gaps.happens(traffic.gap_percent)) {
                offering = true;
                std::memset(bytes, 0, sizeof bytes);
                if (word < kRoundWords)
                    copy_bits_out(rounds.defects + sent * kRoundBytes, kRoundBytes,
                                  word * WORD_BITS, WORD_BITS, bytes);
                put(model_->s_axis_rounds_tdata, bytes, kWordBytes);
                model_->s_axis_rounds_tlast = word == last_word(rounds, sent);
                model_->s_axis_rounds_tuser = rounds.ends[sent];
            }
            model_->s_axis_rounds_tvalid = offering;
            set_outputs_ready(!stalls.happens(traffic.stall_percent),
                              !correction_stalls.happens(traffic.stall_percent));
            if (!writing_ && written < writes.count && sent >= writes.after_rounds[written])
                begin_write(writes.addresses[written], writes.values[written]);
            settle();
            const bool moves = offering && model_->s_axis_rounds_tready;
            if (model_->m_axis_predictions_tvalid) {
                if (predicted == windows.count) return COUNTS_WRONG;
                if (!seen) windows.valid_at[predicted] = total_cycles_;
                seen = true;
                if (model_->m_axis_predictions_tready) {
                    std::memcpy(windows.predictions + predicted * kPredictionBytes,
                                &model_->m_axis_predictions_tdata, kPredictionBytes);
                    ++predicted;
                    seen = false;
                    last_progress = total_cycles_;
                }
            }
#if WITH_CORRECTIONS
            if (model_->m_axis_corrections_tvalid && model_->m_axis_corrections_tready) {
                if (corrected == windows.count) return COUNTS_WRONG;
                std::memcpy(bytes, &model_->m_axis_corrections_tdata, kWordBytes);
                or_bits_in(bytes, WORD_BITS, windows.corrections + corrected * kCorrectionBytes,
                           kCorrectionBytes, correction_word * WORD_BITS);
                const bool last = correction_word == kCorrectionWords - 1;
                if (bool(model_->m_axis_corrections_tlast) != last) return REPORTS_ERROR;
                correction_word = last ? 0 : correction_word + 1;
                corrected += last;
                last_progress = total_cycles_;
            }
#endif
            if (moves) {
                offering = false;
                const bool last = word == last_word(rounds, sent);
                word = last ? 0 : word + 1;
                if (last) rounds.accepted_at[sent++] = total_cycles_;
                last_progress = total_cycles_;
            }
            if (answer_write(&response)) {
                writes.responses[written++] = uint8_t(response);
                last_progress = total_cycles_;
            }
            step();
            if (total_cycles_ - last_progress > kPatience) return HANGS;
            const uint64_t next_due = began + uint64_t(sent) * traffic.period;
            // At the pace of rounds a core waits most of the time.
            const bool ends = traffic.until_rest && sent == rounds.count && written == writes.count;
            const bool may_skip = !traffic.every_cycle && !traffic.stall_percent &&
                                  sent < rounds.count && next_due > total_cycles_ + 1;
            const bool blocked = traffic.until_rest && offering;
            const bool writes_due =
                writing_ || (written < writes.count && sent >= writes.after_rounds[written]);
            if (writes_due || !(ends || may_skip || blocked) || ++waited % kCyclesBetweenLooks)
                continue;
            model_->s_axis_rounds_tvalid = 0;  // a look must not move a round
            settle();
            if (offers_output() || !rests()) continue;
            if (ends) break;
            if (offering) return HANGS;  // it takes no round, and never will
            skip_to(next_due);
        }
        *num_done = predicted;
        model_->s_axis_rounds_tvalid = 0;
        set_outputs_ready(false, false);
        settle();
        return OK;
    }

  private:
    static constexpr unsigned kCyclesBetweenLooks = 4;  // a look costs as much as half a cycle

    bool offers_output() const {
#if WITH_CORRECTIONS
        if (model_->m_axis_corrections_tvalid) return true;
#endif
        return model_->m_axis_predictions_tvalid;
    }

    static int last_word(const Rounds& rounds, int64_t round) {
        return kRoundWords - 1 + rounds.extra_words[round];
    }

    void set_outputs_ready(bool predictions, bool corrections) {
        model_->m_axis_predictions_tready = predictions;
#if WITH_CORRECTIONS
        model_->m_axis_corrections_tready = corrections;
#else
        (void)corrections;
#endif
    }

    void begin_write(uint32_t address, uint32_t value) {
        model_->s_axil_awaddr = address;
        model_->s_axil_wdata = value;
        model_->s_axil_wstrb = 15;
        model_->s_axil_awvalid = 1;
        model_->s_axil_wvalid = 1;
        writing_ = true;
        address_moved_ = data_moved_ = false;
    }

    // Between `settle` and `step`: note what moves; true with the response.
    bool answer_write(uint32_t* response) {
        if (!writing_) return false;
        address_moved_ |= model_->s_axil_awready;
        data_moved_ |= model_->s_axil_wready;
        if (!model_->s_axil_bvalid) return false;
        *response = model_->s_axil_bresp;
        writing_ = false;
        return true;
    }

    // The clock rises; only then may what has moved leave its port.
    void step() {
        tick();
        if (address_moved_) model_->s_axil_awvalid = 0;
        if (data_moved_) model_->s_axil_wvalid = 0;
    }

    bool writing_ = false;
    bool address_moved_ = false;
    bool data_moved_ = false;
};

}  // namespace

extern "C" {
StreamCore* core_new(int seed) { return new StreamCore(seed); }
void core_delete(StreamCore* core) { delete core; }
uint64_t core_total_cycles(StreamCore* core) { return core->total_cycles(); }
int core_irq(StreamCore* core) { return core->irq(); }
int core_write(StreamCore* core, uint32_t address, uint32_t value, uint32_t* response) {
    return core->write(address, value, response);
}
int core_read(StreamCore* core, uint32_t address, uint32_t* value, uint32_t* response) {
    return core->read(address, value, response);
}
int core_run(StreamCore* core, const Rounds* rounds, const Traffic* traffic, const Writes* writes,
             const Windows* windows, int64_t* num_done) {
    return core->run(*rounds, *traffic, *writes, *windows, num_done);
}
}
